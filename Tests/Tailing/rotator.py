"""logrotate with a configuration of its own, again and again in the background."""

import subprocess
import threading
import time

LOGROTATE = "/usr/sbin/logrotate"

# Holds the cut of copytruncate back, so that the tailer surely comes between it and the copy.
SLOW_CUT = ["strace", "-qq", "-o", "/dev/null", "-e", "trace=ftruncate", "-e", "inject=ftruncate:delay_enter=400000"]

# What gzip says when nginx has not yet changed to the new file.
STILL_WRITTEN = "file size changed while zipping"

CONFIGURATION = """
{logs}/access.log {{
    rotate 1000
    missingok
    {directives}
    postrotate
        kill -USR1 $(cat {home}/nginx.pid)
    endscript
}}
"""


class Rotator:
    """Rotates at random moments, about once a second, as long as the `with` block lasts."""

    def __init__(self, home, logs, directives, random, is_slow=False):
        self.home = home
        self.command = (SLOW_CUT if is_slow else []) + [LOGROTATE, "-f", "-s", home / "logrotate.state"]
        self.random = random
        # Names by the second must differ.
        self.shortest_pause = 1.1 if "dateext" in directives else 0.3
        self.rotations = 0
        self.still_written = 0
        self.complaints = []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.rotate_until_stopped, daemon=True)
        text = CONFIGURATION.format(home=home, logs=logs, directives="\n    ".join(directives))
        (home / "logrotate.conf").write_text(text)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *failure):
        """Lets a rotation that has begun come to its end."""
        self.stopping.set()
        self.thread.join()

    def rotate_until_stopped(self):
        while not self.stopping.wait(self.random.uniform(self.shortest_pause, 1.6)):
            self.rotate()

    def rotate_quiet_log(self):
        """Rotates when nothing is written any more, so that an empty file is rotated too."""
        for _ in range(2):
            time.sleep(self.shortest_pause)
            self.rotate()

    def rotate(self):
        result = subprocess.run(
            self.command + [self.home / "logrotate.conf"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.rotations += 1
        if result.returncode == 0 and STILL_WRITTEN in result.stdout:
            self.still_written += 1
        elif result.returncode != 0 or result.stdout:
            self.complaints.append(f"logrotate ended with {result.returncode}: {result.stdout.strip()}")

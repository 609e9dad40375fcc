#!/bin/bash
# Ceph's S3, which checks signatures, on http://127.0.0.1:7480: a monitor, one OSD in memory and radosgw, without systemd.
#
#     radosgw.sh DIR         starts it; ready in about 12 s. Access key AKTEST, secret SKTEST, path style, region us-east-1.
#     radosgw.sh DIR stop    stops it
set -e
D=${1:?a directory for what it keeps}
if [ "${2:-}" = stop ]; then
    for part in rgw osd mon; do kill "$(cat "$D/run/$part.pid")" 2>/dev/null || true; done
    exit 0
fi
rm -rf "$D"
mkdir -p "$D"/{mon,osd,run,log,mgr}
cd "$D"
FSID=$(cat /proc/sys/kernel/random/uuid)
cat > ceph.conf <<C
[global]
fsid = $FSID
mon host = [v2:127.0.0.1:3300,v1:127.0.0.1:6789]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = $D/keyring
mon initial members = a
run dir = $D/run
log file = $D/log/\$name.log
admin socket = $D/run/\$name.asok
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
mon warn on pool no redundancy = false
osd crush chooseleaf type = 0
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon max pg per osd = 1000
mon data avail crit = 1
ms bind msgr2 = true
[mon.a]
mon data = $D/mon
[osd.0]
osd data = $D/osd
osd objectstore = memstore
memstore device bytes = 8589934592
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:7480
rgw data = $D/rgw
rgw thread pool size = 64
rgw enable usage log = false
rgw dns name = localhost
rgw override bucket index max shards = 1
C
export CEPH_CONF="$D/ceph.conf"
ceph-authtool -C keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
ceph-authtool keyring --gen-key -n client.rgw --cap mon 'allow *' --cap osd 'allow *' >/dev/null
ceph-authtool keyring --gen-key -n mon. --cap mon 'allow *' >/dev/null
monmaptool --create --fsid "$FSID" --addv a '[v2:127.0.0.1:3300,v1:127.0.0.1:6789]' monmap >/dev/null
ceph-mon --mkfs -i a --monmap monmap --keyring keyring -c ceph.conf
ceph-mon -i a -c ceph.conf --pid-file run/mon.pid
OSD=$(cat /proc/sys/kernel/random/uuid)
ceph -c ceph.conf osd new "$OSD" 0 >/dev/null
ceph -c ceph.conf auth get-or-create osd.0 mon 'allow profile osd' osd 'allow *' mgr 'allow profile osd' > osd.key
ceph-authtool keyring --import-keyring osd.key >/dev/null
ceph-osd -i 0 --mkfs --osd-uuid "$OSD" -c ceph.conf >/dev/null 2>log/mkfs.err
ceph-osd -i 0 -c ceph.conf --pid-file run/osd.pid >/dev/null 2>&1
ceph -c ceph.conf auth add client.rgw -i keyring >/dev/null 2>&1
radosgw -n client.rgw -c ceph.conf --pid-file run/rgw.pid >/dev/null 2>&1
until curl -s -o /dev/null http://127.0.0.1:7480/; do sleep 0.2; done
radosgw-admin -c ceph.conf user create --uid=t --display-name=t --access-key=AKTEST --secret-key=SKTEST >/dev/null 2>&1

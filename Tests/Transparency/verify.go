// Verify checks what `odometer ledger prove` wrote with the packages that Go's own checksum database is checked with.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go -key key.pub -proofs DIR [-since OLD_CHECKPOINT]
//
// It ends with 0 when all holds, and with 1 and the reason otherwise.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type checkpoint struct {
	note []byte
	size int64
	root tlog.Hash
}

// openCheckpoint reads a checkpoint (https://c2sp.org/tlog-checkpoint) that the key has signed.
func openCheckpoint(text []byte, key note.Verifier) (c checkpoint, err error) {
	opened, err := note.Open(text, note.VerifierList(key))
	if err != nil {
		return c, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() {
		return c, errors.New("not a checkpoint of this log")
	}
	c.note = text
	if c.size, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return c, err
	}
	c.root, err = tlog.ParseHash(lines[2])
	return c, err
}

// parseProof parts the lines before a checkpoint from it: those with words, and those with hashes.
func parseProof(text []byte, words int) (head []string, hashes []tlog.Hash, checkpoint []byte, err error) {
	before, after, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(before), "\n")
	if !found || len(lines) < words {
		return nil, nil, nil, errors.New("not a proof")
	}
	for _, line := range lines[words:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, nil, nil, err
		}
		hashes = append(hashes, hash)
	}
	return lines[:words], hashes, after, nil
}

// checkStatement checks a proof of inclusion (https://c2sp.org/tlog-proof) whose extra data is the statement's salt.
func checkStatement(statement, proof []byte, newest checkpoint) error {
	head, hashes, rest, err := parseProof(proof, 3)
	if err != nil {
		return err
	}
	if head[0] != "c2sp.org/tlog-proof@v1" || !bytes.Equal(rest, newest.note) {
		return errors.New("not a proof of the checkpoint")
	}
	salt, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(head[1], "extra "))
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(head[2], "index "), 10, 64)
	if err != nil {
		return err
	}
	entry := sha256.Sum256(append(salt, statement...))
	return tlog.CheckRecord(tlog.RecordProof(hashes), newest.size, newest.root, index, tlog.RecordHash(entry[:]))
}

// checkConsistency checks the body of an add-checkpoint request (https://c2sp.org/tlog-witness).
func checkConsistency(proof []byte, old, newest checkpoint) error {
	head, hashes, rest, err := parseProof(proof, 1)
	if err != nil {
		return err
	}
	if head[0] != fmt.Sprintf("old %d", old.size) || !bytes.Equal(rest, newest.note) {
		return errors.New("not a proof between the checkpoints")
	}
	if old.size == newest.size {
		if old.root != newest.root || len(hashes) > 0 {
			return errors.New("two roots of one size")
		}
		return nil
	}
	return tlog.CheckTree(tlog.TreeProof(hashes), newest.size, newest.root, old.size, old.root)
}

func check(keyFile, proofs, since string) error {
	text, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	key, err := note.NewVerifier(strings.TrimSpace(string(text)))
	if err != nil {
		return err
	}
	if text, err = os.ReadFile(filepath.Join(proofs, "checkpoint")); err != nil {
		return err
	}
	newest, err := openCheckpoint(text, key)
	if err != nil {
		return err
	}
	statements, err := filepath.Glob(filepath.Join(proofs, "*.statement"))
	if err != nil || len(statements) == 0 {
		return errors.New("no statements")
	}
	for _, path := range statements {
		statement, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		proof, err := os.ReadFile(strings.TrimSuffix(path, ".statement") + ".tlog-proof")
		if err != nil {
			return err
		}
		if err := checkStatement(statement, proof, newest); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if since != "" {
		if text, err = os.ReadFile(since); err != nil {
			return err
		}
		old, err := openCheckpoint(text, key)
		if err != nil {
			return err
		}
		if text, err = os.ReadFile(filepath.Join(proofs, "consistency")); err != nil {
			return err
		}
		if err := checkConsistency(text, old, newest); err != nil {
			return err
		}
	}
	fmt.Printf("%d statements in a tree of %d\n", len(statements), newest.size)
	return nil
}

func main() {
	key := flag.String("key", "", "the file with the key that was trusted before")
	proofs := flag.String("proofs", "", "the directory that `odometer ledger prove` wrote")
	since := flag.String("since", "", "an older checkpoint")
	flag.Parse()
	if err := check(*key, *proofs, *since); err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
}

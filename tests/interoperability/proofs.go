package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Proves leaves, at most `samples` spread evenly with the first and the last; 0 means all.
func (log *ledger) checkInclusion(samples int64) (int, error) {
	step := int64(1)
	if samples > 0 && log.tree.N > samples {
		step = (log.tree.N + samples - 1) / samples
	}
	proved := 0
	for index := int64(0); index < log.tree.N; index += step {
		if err := log.checkLeaf(index); err != nil {
			return proved, err
		}
		proved++
	}
	if (log.tree.N-1)%step != 0 {
		proved++
		return proved, log.checkLeaf(log.tree.N - 1)
	}
	return proved, nil
}

func (log *ledger) checkLeaf(index int64) error {
	leaves, err := log.leafHashes(index, index+1)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveRecord(log.tree.N, index, log.hashes)
	if err == nil {
		err = tlog.CheckRecord(proof, log.tree.N, log.tree.Hash, index, leaves[0])
	}
	if err != nil {
		return fmt.Errorf("leaf %d can't be proved: %w", index, err)
	}
	return nil
}

// Proves that the tree is consistent with its own beginnings.
func (log *ledger) checkGrowth() (int, error) {
	size := log.tree.N
	proved := 0
	for _, old := range []int64{1, 2, 3, 255, 256, 257, 65535, 65536, 65537, size / 3, size / 2, size - 1, size} {
		if old < 1 || old > size {
			continue
		}
		root, err := tlog.TreeHash(old, log.hashes)
		if err != nil {
			return proved, err
		}
		if err := log.checkConsistent(tlog.Tree{N: old, Hash: root}); err != nil {
			return proved, err
		}
		proved++
	}
	return proved, nil
}

func (log *ledger) checkConsistent(old tlog.Tree) error {
	if old.N > log.tree.N {
		return fmt.Errorf("the tree shrank from %d to %d entries", old.N, log.tree.N)
	}
	proof, err := tlog.ProveTree(log.tree.N, old.N, log.hashes)
	if err == nil {
		err = tlog.CheckTree(proof, log.tree.N, log.tree.Hash, old.N, old.Hash)
	}
	if err != nil {
		return fmt.Errorf("the tree doesn't continue the one of %d entries: %w", old.N, err)
	}
	return nil
}

// A checkpoint seen earlier: signed by the same key, and a beginning of this tree.
func (log *ledger) checkOld(file, key string) error {
	octets, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, err := openHead(octets, key, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if old.tree.N == 0 {
		return checkEmpty(old)
	}
	return log.checkConsistent(old.tree)
}

// An offline proof (c2sp.org/tlog-proof@v1): its checkpoint is a beginning of
// this tree, and it proves this tree's leaf.
func (log *ledger) checkProof(file, key string) error {
	octets, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	index, proof, checkpoint, err := parseProof(string(octets))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	proved, err := openHead([]byte(checkpoint), key, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if err := log.checkConsistent(proved.tree); err != nil {
		return err
	}
	if index < 0 || index >= log.tree.N {
		return fmt.Errorf("%s is of an entry outside the tree", file)
	}
	leaves, err := log.leafHashes(index, index+1)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, proved.tree.N, proved.tree.Hash, index, leaves[0]); err != nil {
		return fmt.Errorf("%s proves another entry: %w", file, err)
	}
	return nil
}

func parseProof(text string) (int64, tlog.RecordProof, string, error) {
	front, checkpoint, found := strings.Cut(text, "\n\n")
	lines := strings.Split(front, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		return 0, nil, "", errors.New("it isn't an offline proof")
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return 0, nil, "", errors.New("it has no index")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return 0, nil, "", fmt.Errorf("it has no index: %w", err)
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, "", fmt.Errorf("it has a bad hash: %w", err)
		}
		proof = append(proof, hash)
	}
	return index, proof, checkpoint, nil
}

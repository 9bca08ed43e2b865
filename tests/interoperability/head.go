package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A checkpoint that its log signed, and every witness asked for cosigned.
type head struct {
	origin string
	tree   tlog.Tree
}

func readHead(from source, key string, witnesses []string) (head, error) {
	octets, err := from.read("checkpoint")
	if err != nil {
		return head{}, fmt.Errorf("the checkpoint can't be read: %w", err)
	}
	return openHead(octets, key, witnesses)
}

func openHead(octets []byte, key string, witnesses []string) (head, error) {
	log, err := note.NewVerifier(key)
	if err != nil {
		return head{}, fmt.Errorf("the verifier key is wrong: %w", err)
	}
	verifiers := []note.Verifier{log}
	for _, witness := range witnesses {
		verifier, err := newWitness(witness)
		if err != nil {
			return head{}, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open(octets, note.VerifierList(verifiers...))
	if err != nil {
		return head{}, fmt.Errorf("the checkpoint's signature doesn't verify: %w", err)
	}
	for _, verifier := range verifiers {
		if !isSignedBy(opened, verifier) {
			return head{}, fmt.Errorf("the checkpoint isn't signed by %s", verifier.Name())
		}
	}
	if err := checkSpelling(octets); err != nil {
		return head{}, err
	}
	return parseHead(opened.Text, log.Name())
}

func isSignedBy(opened *note.Note, verifier note.Verifier) bool {
	for _, signature := range opened.Sigs {
		if signature.Name == verifier.Name() && signature.Hash == verifier.KeyHash() {
			return true
		}
	}
	return false
}

// note.Open decodes base64 leniently: unused bits may differ. Ours may not.
func checkSpelling(octets []byte) error {
	text := string(octets)
	for _, line := range strings.Split(strings.TrimSuffix(text[strings.LastIndex(text, "\n\n")+2:], "\n"), "\n") {
		fields := strings.Fields(line)
		if _, err := base64.StdEncoding.Strict().DecodeString(fields[len(fields)-1]); err != nil {
			return errors.New("a signature of the checkpoint is written in bad base64")
		}
	}
	return nil
}

func parseHead(text, origin string) (head, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != 3 {
		return head{}, fmt.Errorf("the checkpoint has %d lines, not 3", len(lines))
	}
	if lines[0] != origin {
		return head{}, fmt.Errorf("the checkpoint is of %q, not %q", lines[0], origin)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return head{}, fmt.Errorf("the checkpoint's size %q isn't a number", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		return head{}, fmt.Errorf("the checkpoint's root %q isn't a hash", lines[2])
	}
	return head{origin, tlog.Tree{N: size, Hash: root}}, nil
}

func checkEmpty(empty head) error {
	if empty.tree.Hash != tlog.Hash(sha256.Sum256(nil)) {
		return errors.New("the empty tree's root isn't the hash of nothing")
	}
	return nil
}

// A verifier of cosignature/v1 (signature type 04), which sumdb/note doesn't know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (verifier witness) Name() string    { return verifier.name }
func (verifier witness) KeyHash() uint32 { return verifier.hash }

func (verifier witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, text)
	return ed25519.Verify(verifier.key, []byte(message), signature[8:])
}

func newWitness(key string) (note.Verifier, error) {
	parts := strings.SplitN(key, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("the witness key %q doesn't have three parts", key)
	}
	material, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(material) != 1+ed25519.PublicKeySize || material[0] != 4 {
		return nil, fmt.Errorf("the witness key %q isn't of type 04", key)
	}
	digest := sha256.Sum256([]byte(parts[0] + "\n" + string(material)))
	if hex.EncodeToString(digest[:4]) != parts[1] {
		return nil, fmt.Errorf("the witness key %q doesn't match its key id", key)
	}
	return witness{parts[0], binary.BigEndian.Uint32(digest[:4]), material[1:]}, nil
}

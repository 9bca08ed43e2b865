// Verifies one piece of evidence of an art32 ledger, offline:
//
//	verify VKEY < evidence.json
//
// Uses Go and golang.org/x/mod/sumdb alone. VKEY is the ledger's public key.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		log.Fatal("REFUSED: ", err)
	}
}

func hash(line string) (h tlog.Hash) {
	octets, err := base64.StdEncoding.DecodeString(line)
	check(err)
	copy(h[:], octets)
	return h
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: verify VKEY < evidence.json")
	}
	var evidence struct {
		Index           int64
		Entry, Proof    string
		Record, Opening []byte
	}
	check(json.NewDecoder(os.Stdin).Decode(&evidence))

	// 1. The checkpoint is signed by the key you know.
	head, checkpoint, _ := strings.Cut(evidence.Proof, "\n\n")
	verifier, err := note.NewVerifier(os.Args[1])
	check(err)
	signed, err := note.Open([]byte(checkpoint), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(signed.Text, "\n") // origin, size, root
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)

	// 2. The entry lies in the tree under that checkpoint.
	var path tlog.RecordProof
	for _, line := range strings.Split(head, "\n") {
		if line != "c2sp.org/tlog-proof@v1" && !strings.Contains(line, " ") {
			path = append(path, hash(line))
		}
	}
	check(tlog.CheckRecord(path, size, hash(lines[2]), evidence.Index, tlog.RecordHash([]byte(evidence.Entry))))

	// 3. The record is the one that the entry commits to.
	words := strings.Split(evidence.Entry, " ") // version, kind, time, commitment
	mac := hmac.New(sha256.New, evidence.Opening)
	fmt.Fprintf(mac, "art32-commitment/v1\n%s\n%s\n", words[1], words[2])
	mac.Write(evidence.Record)
	if len(evidence.Opening) != 32 || base64.StdEncoding.EncodeToString(mac.Sum(nil)) != words[3] {
		log.Fatal("REFUSED: the record isn't the one that was sealed")
	}
	fmt.Printf("VERIFIED: %s of %s, leaf %d of %d in %s\n", words[1], words[2], evidence.Index, size, lines[0])
}

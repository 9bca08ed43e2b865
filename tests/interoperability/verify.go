// Verifies a ledger with the Merkle tree and note code of Go's module checksum
// database (golang.org/x/mod/sumdb), which shares nothing with ours.
//
//	verify [options] BASE VKEY [OLD_CHECKPOINT]
//
// BASE is a folder with `checkpoint` and `tile/...` as served, or the URL below
// which they are served. Ends with 0 and one line on standard output when all
// holds; with 1 and one sentence on standard error when something doesn't; with 2
// when the arguments are wrong.
package main

import (
	"flag"
	"fmt"
	"os"
)

type options struct {
	base          string
	key           string
	oldCheckpoint string
	authorities   string
	proof         string
	witnesses     stringList
	samples       int64
}

// A flag that may be given several times.
type stringList []string

func (list *stringList) String() string { return fmt.Sprint(*list) }

func (list *stringList) Set(value string) error {
	*list = append(*list, value)
	return nil
}

func parseOptions() options {
	var given options
	flag.StringVar(&given.authorities, "ca", "", "PEM `file` with the authorities that an https BASE is trusted under")
	flag.StringVar(&given.proof, "proof", "", "a c2sp.org/tlog-proof@v1 `file` to check against the ledger")
	flag.Var(&given.witnesses, "witness", "`vkey` (type 04) of a witness that must have cosigned; repeatable")
	flag.Int64Var(&given.samples, "samples", 2000, "how many `leaves` to prove, spread over the tree; 0: every one")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: verify [options] BASE VKEY [OLD_CHECKPOINT]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() < 2 || flag.NArg() > 3 {
		flag.Usage()
		os.Exit(2)
	}
	given.base, given.key, given.oldCheckpoint = flag.Arg(0), flag.Arg(1), flag.Arg(2)
	return given
}

func verify(given options) (string, error) {
	from, err := openSource(given.base, given.authorities)
	if err != nil {
		return "", err
	}
	head, err := readHead(from, given.key, given.witnesses)
	if err != nil {
		return "", err
	}
	if head.tree.N == 0 {
		return "an empty tree", checkEmpty(head)
	}
	log := newLedger(from, head.tree)
	if err := log.checkRoot(); err != nil {
		return "", err
	}
	if err := log.checkEntries(); err != nil {
		return "", err
	}
	proved, err := log.checkInclusion(given.samples)
	if err != nil {
		return "", err
	}
	grown, err := log.checkGrowth()
	if err != nil {
		return "", err
	}
	if given.oldCheckpoint != "" {
		if err := log.checkOld(given.oldCheckpoint, given.key); err != nil {
			return "", err
		}
	}
	if given.proof != "" {
		if err := log.checkProof(given.proof, given.key); err != nil {
			return "", err
		}
	}
	others, err := log.checkOtherTiles()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d entries hash to the signed root; %d inclusion proofs, %d consistency proofs, %d files compared",
		head.tree.N, proved, grown, others), nil
}

func main() {
	given := parseOptions()
	summary, err := verify(given)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", given.base, err)
		os.Exit(1)
	}
	fmt.Printf("%s: verified: %s\n", given.base, summary)
}

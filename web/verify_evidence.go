// Verify_evidence checks an evidence pack of a team's records. It was written
// from the pages that describe the format (evidence-pack.md, completeness.md,
// ledger.md, record.md), and shares no code with the program that makes packs. Keys have to come
// from where the maker of the pack can't change them. Exit status: 0 if the pack holds, 1 if not.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/bits"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
)

var place string // what is being read

// require ends the program, and says why, unless the pack holds in this point.
func require(holds bool, why ...string) {
	if !holds {
		fmt.Fprintf(os.Stderr, "refused: %s: %s\n", place, strings.Join(why, " "))
		os.Exit(1)
	}
}

func main() {
	if len(os.Args) < 3 {
		usage("what is to be checked, and with which key?")
	}
	var keys []note.Verifier // the ledger's, then the witnesses'
	for i, arg := range os.Args[2:] {
		key, err := note.NewVerifier(arg)
		if i > 0 {
			key, err = newWitness(arg)
		}
		if err != nil {
			usage(err.Error())
		}
		keys = append(keys, key)
	}
	p := readPack(filepath.Join(os.Args[1], "evidence.json"))
	at, teams, checkpoint := checkSeal(p.get("seal"), keys, p.text("database"))
	p.checkState(teams)
	p.checkRecords(filepath.Join(os.Args[1], "records.ndjson"))
	values := filepath.Join(os.Args[1], "values.ndjson")
	if _, err := os.Lstat(values); !os.IsNotExist(err) { // it may be missing
		eachLine(open(values), p.checkValue)
	}
	fmt.Printf("verified: team %s, records %d to below %d of %d, sealed %s, checkpoint %d",
		shown(p.text("team")), p.first, p.end, p.size, shown(at), checkpoint)
	for _, witness := range keys[1:] {
		fmt.Printf(", cosigned by %s", shown(witness.Name()))
	}
	fmt.Println()
}

func usage(why string) {
	fmt.Fprintln(os.Stderr, why+"\nusage: verify_evidence PACK VKEY [WITNESS...], each key such as example.com/log+0123abcd+Ae...")
	os.Exit(2)
}

// A witness verifies cosignature/v1 (signature type 04), which sumdb/note doesn't know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) (note.Verifier, error) {
	parts := append(strings.SplitN(vkey, "+", 3), "", "")
	data, _ := base64.StdEncoding.Strict().DecodeString(parts[2])
	id := sha256.Sum256([]byte(parts[0] + "\n" + string(data)))
	if len(data) != 1+ed25519.PublicKeySize || data[0] != 4 || hex.EncodeToString(id[:4]) != parts[1] {
		return nil, fmt.Errorf("%q is no key of a witness", vkey)
	}
	return witness{parts[0], binary.BigEndian.Uint32(id[:4]), data[1:]}, nil
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(text, signature []byte) bool {
	return len(signature) == 8+ed25519.SignatureSize && ed25519.Verify(w.key, []byte(fmt.Sprintf(
		"cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), text)), signature[8:])
}

// open opens a file of the pack, which has to be there.
func open(path string) *os.File {
	place = filepath.Base(path)
	file, err := os.Open(path)
	require(err == nil, fmt.Sprint(err))
	return file
}

// shown is s as it may be printed: quoted, unless it is one plain word.
func shown(s string) string {
	if q := strconv.QuoteToASCII(s); s == "" || strings.Contains(s, " ") || q != `"`+s+`"` {
		return q
	}
	return s
}

// A pack is what evidence.json holds, and where the records are.
type pack struct {
	object
	first, end, size uint64
	records          *os.File
	places           []int64 // where each record begins in the file, and where the last one ends
	record           object  // the one that was read again last
	current          uint64  // its number
	shown            uint64  // of the last value
}

// readPack makes check 1: the format and the numbers.
func readPack(path string) *pack {
	data, err := io.ReadAll(open(path))
	require(err == nil, fmt.Sprint(err))
	o := parse(data, "format", "database", "team", "first", "end", "size", "root",
		"left", "right", "map", "other", "seal", "key")
	require(o.text("format") == "art32-evidence/v1", "another format")
	_, _ = o.text("database"), o.text("key") // only have to be texts
	p := &pack{object: o, first: o.number("first"), end: o.number("end"), size: o.number("size")}
	require(p.first <= p.end && p.end <= p.size && p.size <= 1<<62, "first, end and size don't fit each other")
	var compact bytes.Buffer
	require(json.Compact(&compact, data) == nil && compact.String()+"\n" == string(data), "white space, or no LF at the end")
	return p
}

var (
	entryForm = regexp.MustCompile(`^art32-entry/v1 (trail-epoch) ([^ ]+) ([A-Za-z0-9+/]{43}=)$`)
	proofForm = regexp.MustCompile(`^c2sp\.org/tlog-proof@v1\n(?:extra ([A-Za-z0-9+/=]*)\n)?` +
		`index (0|[1-9][0-9]*)\n((?:[A-Za-z0-9+/]{43}=\n)*)\n((?s:.*))$`)
	checkpointForm = regexp.MustCompile(`^([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*$`)
)

// checkSeal makes check 2: the seal of an epoch is in the ledger. It returns
// when that was, the root of the map of all teams, and the checkpoint's size.
func checkSeal(data []byte, keys []note.Verifier, database string) (at string, teams hash, checkpoint uint64) {
	o := parse(data, "format", "index", "kind", "time", "entry", "record", "opening", "proof")
	require(o.text("format") == "art32-disclosure/v1", "seal: another format")
	form := entryForm.FindStringSubmatch(o.text("entry"))
	require(form != nil, "seal: entry isn't one of the kind trail-epoch")
	const layout = "2006-01-02T15:04:05.000000Z"
	t, err := time.Parse(layout, form[2])
	require(err == nil && t.Format(layout) == form[2], "seal: entry has a time of another form")
	require(o.text("kind") == form[1] && o.text("time") == form[2], "seal: kind and time aren't those of entry")
	record, opening := decode64(o.text("record")), decode64(o.text("opening"))
	require(len(opening) == 32, "seal: opening hasn't 32 octets")
	commitment := mac(opening, "art32-commitment/v1\n"+form[1]+"\n"+form[2]+"\n", record)
	require(bytes.Equal(decode64(form[3]), commitment), "seal: entry isn't of this record")
	leaf := sha256.Sum256([]byte("\x00" + o.text("entry")))
	checkpoint = checkProof(o.text("proof"), o.number("index"), leaf, keys)
	r := parse(record)
	require(r.text("format") == "art32-trail-epoch/v1", "seal: record has another format")
	require(r.text("name") == database, "seal: of the trail of another database")
	return r.text("at"), r.hash("teams"), checkpoint
}

// checkProof checks that a tlog-proof@v1 is of the leaf with that index, and
// leads to a checkpoint that key signed. It returns the checkpoint's size.
func checkProof(proof string, index uint64, leaf hash, keys []note.Verifier) uint64 {
	form := proofForm.FindStringSubmatch(proof)
	require(form != nil, "proof: not a c2sp.org/tlog-proof@v1")
	decode64(form[1])
	require(form[2] == strconv.FormatUint(index, 10), "proof: of another index")
	n, err := note.Open([]byte(form[4]), note.VerifierList(keys...))
	require(err == nil, fmt.Sprint(err))
	signed := map[string]bool{}
	for _, signature := range n.Sigs {
		signed[fmt.Sprint(signature.Name, signature.Hash)] = true
		decode64(signature.Base64) // note.Open takes it in other than the canonical form too
	}
	for _, key := range keys {
		require(signed[fmt.Sprint(key.Name(), key.KeyHash())], "proof: not signed by "+key.Name())
	}
	checkpoint := checkpointForm.FindStringSubmatch(n.Text)
	require(checkpoint != nil && checkpoint[1] == keys[0].Name(), "proof: not a checkpoint of this log")
	size, err := strconv.ParseUint(checkpoint[2], 10, 64)
	require(err == nil, fmt.Sprint(err))
	require(index < size, "proof: the index isn't below the checkpoint's size")
	// RFC 9162, section 2.1.3.2, with its names.
	fn, sn, r := index, size-1, leaf
	for _, line := range strings.Fields(form[3]) {
		p := toHash(decode64(line))
		require(sn > 0, "proof: too many hashes")
		if fn&1 == 1 || fn == sn {
			r = node(1, p, r)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			r = node(1, r, p)
		}
		fn, sn = fn>>1, sn>>1
	}
	require(sn == 0 && r == toHash(decode64(checkpoint[3])), "proof: doesn't lead to the checkpoint")
	return size
}

// checkState makes check 3: the map of all teams has the team in that state,
// or, where it has no records, hasn't it.
func (p *pack) checkState(teams hash) {
	key := hash(sha256.Sum256([]byte("art32-trail-team/v1\n" + p.text("team"))))
	other, way, root := key, p.hashes("map"), p.hash("root")
	h := hash(sha256.Sum256(nil)) // of what stands at the end of the way
	if p.size > 0 {
		require(string(p.get("other")) == "null", "other isn't null")
		state := binary.BigEndian.AppendUint64([]byte("art32-trail-state/v1\n"), p.size)
		h = node(2, key, sha256.Sum256(append(state, root[:]...)))
	} else if string(p.get("other")) != "null" {
		o := parse(p.get("other"), "key", "value")
		other = o.hash("key")
		require(other != key, "other is the team's own leaf")
		h = node(2, other, o.hash("value"))
	}
	require(len(way) <= 256, "map has more than 256 hashes")
	for i, beside := range way {
		depth := len(way) - 1 - i
		octet, bit := depth/8, byte(0x80)>>(depth%8)
		require(other[octet]&bit == key[octet]&bit, "other doesn't stand in the team's place")
		if key[octet]&bit != 0 {
			h, beside = beside, h
		}
		h = node(3, h, beside)
	}
	require(h == teams, "map doesn't lead to the teams in the seal")
}

// checkRecords makes checks 4 and 5: these are the records of those numbers,
// and make the team's tree with left and right.
func (p *pack) checkRecords(path string) {
	t, team, right := tree{p.first, p.hashes("left")}, p.text("team"), p.hashes("right")
	require(len(t.roots) == bits.OnesCount64(p.first), "left has another number of hashes")
	p.records, p.places = open(path), []int64{0}
	eachLine(p.records, func(line []byte) {
		require(t.size < p.end, "more records than there should be")
		o := parse(line)
		require(o.text("team") == team, "a record of another team")
		require(string(o.get("number")) == strconv.FormatUint(t.size, 10), "a record with another number")
		p.places = append(p.places, p.places[len(p.places)-1]+int64(len(line))+1)
		t.add(0, sha256.Sum256(append([]byte{0}, line...)))
	})
	require(t.size == p.end, "fewer records than there should be")
	for _, h := range right {
		require(t.size < p.size, "right in evidence.json has too many hashes")
		level := bits.Len64(p.size-t.size) - 1 // the largest one that ends at size or before
		for t.size&(1<<level-1) != 0 {         // and may begin here
			level--
		}
		t.add(level, h)
	}
	require(t.size == p.size, "right in evidence.json has too few hashes")
	require(t.root() == p.hash("root"), "the records make a tree of another root")
}

// checkValue checks a line of values.ndjson.
func (p *pack) checkValue(line []byte) {
	o := parse(line, "number", "column", "side", "opening", "value")
	name, side, opening := o.octets("column"), o.text("side"), o.hash("opening")
	commitment := mac(opening[:], "art32-trail-commitment/v1\n", o.octets("value"))
	require(side == "a" || side == "b", "side is neither a nor b")
	n := o.number("number")
	require(n >= p.first && n < p.end, "a record that isn't in the pack")
	require(n >= p.shown, "not in the order of the records")
	p.shown = n
	if p.record == nil || p.current != n {
		record := make([]byte, p.places[n-p.first+1]-p.places[n-p.first])
		_, err := p.records.ReadAt(record, p.places[n-p.first])
		require(err == nil, fmt.Sprint(err))
		p.record, p.current = parse(record), n
	}
	kind := p.record.text("kind")
	found := 0
	for _, c := range p.record.list("columns") {
		column := object{c}.list("")
		require(len(column) == 2 || len(column) == 3, "a column of the record has another form")
		if bytes.Equal(column[:1].octets(""), name) {
			// The only value is on side b in a delete, else on side a.
			require(len(column) == 3 || (side == "b") == (kind == "delete"), "no value on that side")
			value := column[1]
			if side == "a" {
				value = column[len(column)-1]
			}
			require(parse(value.value, "personal").hash("personal") == toHash(commitment), "another commitment")
			found++
		}
	}
	require(found == 1, "the record hasn't one column of that name")
}

type hash = [sha256.Size]byte

// node is H(tag || a || b).
func node(tag byte, a, b hash) hash {
	var data [1 + 2*sha256.Size]byte
	data[0] = tag
	copy(data[1:], a[:])
	copy(data[1+sha256.Size:], b[:])
	return sha256.Sum256(data[:])
}

func mac(key []byte, label string, data []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(label))
	m.Write(data)
	return m.Sum(nil)
}

// A tree is a Merkle tree that grows to the right: the roots of the perfect
// subtrees that its size consists of in binary, the largest one first.
type tree struct {
	size  uint64
	roots []hash
}

// add adds a perfect subtree. Those of the same level that it meets are the
// bits that an addition carries.
func (t *tree) add(level int, h hash) {
	last := len(t.roots) - 1
	for carry := t.size >> level; carry&1 == 1; carry >>= 1 {
		h = node(1, t.roots[last], h)
		last--
	}
	t.roots = append(t.roots[:last+1], h)
	t.size += 1 << level
}

func (t *tree) root() hash {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	h := t.roots[len(t.roots)-1]
	for i := len(t.roots) - 2; i >= 0; i-- {
		h = node(1, t.roots[i], h)
	}
	return h
}

func toHash(data []byte) (h hash) {
	require(len(data) == len(h), "a hash that hasn't 32 octets")
	copy(h[:], data)
	return h
}

// decode64 decodes base64, of which it takes the canonical form only.
func decode64(s string) []byte {
	data, err := base64.StdEncoding.Strict().DecodeString(s)
	require(err == nil, fmt.Sprint(err))
	require(len(s) == base64.StdEncoding.EncodedLen(len(data)), "a line end in base64") // else it is skipped
	return data
}

// eachLine calls check for each line, without the LF that it ends with: an
// object, and nothing before and behind it.
func eachLine(file io.Reader, check func(line []byte)) {
	lines, name := bufio.NewScanner(file), place
	lines.Buffer(nil, 64<<20+1) // a line of 64 MiB, and LF
	lines.Split(func(data []byte, atEnd bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			return i + 1, data[:i], nil
		}
		require(!atEnd || len(data) == 0, "no LF at the end")
		return 0, nil, nil
	})
	for n := 1; lines.Scan(); n++ {
		place = name + ", line " + strconv.Itoa(n)
		line := lines.Bytes()
		require(len(line) > 1 && line[0] == '{' && line[len(line)-1] == '}', "not an object alone")
		check(line)
	}
	place = name
	require(lines.Err() == nil, fmt.Sprint(lines.Err()))
}

// An object is what a JSON object has, not decoded; or a JSON list, the names
// being empty. What its methods are asked for has to be there.
type object []member

type member struct{ name, value []byte }

// parse parses an object. If names are given, it has those members and no others.
func parse(data []byte, names ...string) object {
	o := split(data)
	require(bytes.TrimLeft(data, " \t\r\n")[0] == '{', "not an object")
	for _, name := range names {
		require(o.get(name) != nil, "no member", name)
	}
	require(len(names) == 0 || len(o) == len(names), "an unknown member")
	return o
}

func (o object) get(name string) []byte {
	for _, m := range o {
		if string(m.name) == name {
			return m.value
		}
	}
	return nil
}

func (o object) list(name string) object {
	value := o.get(name)
	require(len(value) > 0 && value[0] == '[', name, "isn't a list")
	return split(value)
}

func (o object) text(name string) string {
	value := o.get(name)
	require(len(value) > 0 && value[0] == '"', name, "isn't a text")
	return string(decodeText(value))
}

// octets are those of a text, or of an object with the member base64.
func (o object) octets(name string) []byte {
	if value := o.get(name); len(value) > 0 && value[0] == '{' {
		return decode64(parse(value, "base64").text("base64"))
	}
	return []byte(o.text(name))
}

func (o object) number(name string) uint64 {
	n, err := strconv.ParseUint(string(o.get(name)), 10, 64)
	require(err == nil, name, "isn't a whole number")
	return n
}

func (o object) hash(name string) hash {
	data, err := hex.DecodeString(o.text(name))
	require(err == nil && hex.EncodeToString(data) == o.text(name), name, "isn't in hexadecimal, lower case")
	return toHash(data)
}

func (o object) hashes(name string) (hashes []hash) {
	for _, h := range o.list(name) {
		hashes = append(hashes, object{h}.hash(""))
	}
	return hashes
}

func decodeText(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text[1 : len(text)-1]
	}
	var s string
	require(json.Unmarshal(text, &s) == nil, "not a text")
	return []byte(s)
}

// paired has the escapes of surrogates in pairs only: others stand for no text.
var paired = regexp.MustCompile(`(?is)^(?:[^\\]|\\[^u]|\\u(?:[^d]|d[0-7])|\\ud[89ab]..\\ud[c-f])*$`)

// split takes a JSON object or list apart.
func split(data []byte) object {
	require(json.Valid(data) && utf8.Valid(data), "not JSON")
	require(!bytes.Contains(data, []byte(`\u`)) || paired.Match(data), "half of a surrogate pair")
	o := make(object, 0, 12)
	var name []byte
	begin, depth := 0, 0             // of what is being read
	for i := 0; i < len(data); i++ { // as it is JSON, only these octets count
		switch c := data[i]; c {
		case '"':
			for i++; data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			if depth++; depth == 1 {
				begin = i + 1
			}
		case ':':
			if depth == 1 {
				name, begin = decodeText(bytes.TrimSpace(data[begin:i])), i+1
				require(o.get(string(name)) == nil && len(o) < 100, "two members of one name, or 100 members")
			}
		case ',', '}', ']':
			if value := bytes.TrimSpace(data[begin:i]); depth == 1 && len(value) > 0 {
				o, begin = append(o, member{name, value}), i+1
			}
			if c != ',' {
				depth--
			}
		}
	}
	return o
}

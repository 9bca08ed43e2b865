package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// A ledger under one checkpoint. Hashes read through it are authenticated by
// tlog.TileHashReader against the checkpoint's root.
type ledger struct {
	from   source
	tree   tlog.Tree
	hashes tlog.HashReader
}

func newLedger(from source, tree tlog.Tree) *ledger {
	return &ledger{from, tree, tlog.TileHashReader(tree, &tileReader{from: from, kept: map[string][]byte{}})}
}

// The published path has no height: tile/8/L/N in Go's words is tile/L/N here.
func publishedPath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
}

// Reads tiles for TileHashReader, and keeps the upper levels, which it asks for again and again.
type tileReader struct {
	from source
	kept map[string][]byte
}

func (reader *tileReader) Height() int { return tileHeight }

func (reader *tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

func (reader *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	contents := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := publishedPath(tile)
		content, known := reader.kept[path]
		if !known {
			var err error
			if content, err = reader.from.read(path); err != nil {
				return nil, fmt.Errorf("%s can't be read: %w", path, err)
			}
			if len(content) != tile.W*tlog.HashSize {
				return nil, fmt.Errorf("%s has %d octets, not %d", path, len(content), tile.W*tlog.HashSize)
			}
			if tile.L > 0 || tile.W < tileWidth {
				reader.kept[path] = content
			}
		}
		contents[i] = content
	}
	return contents, nil
}

func (log *ledger) checkRoot() error {
	root, err := tlog.TreeHash(log.tree.N, log.hashes)
	if err != nil {
		return fmt.Errorf("the tiles don't lead to the signed root: %w", err)
	}
	if root != log.tree.Hash {
		return errors.New("the tiles lead to another root than the signed one")
	}
	return nil
}

func (log *ledger) leafHashes(begin, end int64) ([]tlog.Hash, error) {
	indexes := make([]int64, 0, end-begin)
	for index := begin; index < end; index++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, index))
	}
	return log.hashes.ReadHashes(indexes)
}

// Every entry bundle against the authenticated leaf hashes.
func (log *ledger) checkEntries() error {
	for begin := int64(0); begin < log.tree.N; begin += tileWidth {
		end := begin + tileWidth
		if end > log.tree.N {
			end = log.tree.N
		}
		leaves, err := log.leafHashes(begin, end)
		if err != nil {
			return fmt.Errorf("the leaves from %d on are not under the signed root: %w", begin, err)
		}
		tile := tlog.Tile{H: tileHeight, L: -1, N: begin / tileWidth, W: int(end - begin)}
		path := strings.Replace(publishedPath(tile), "tile/data/", "tile/entries/", 1)
		bundle, err := log.from.read(path)
		if err != nil {
			return fmt.Errorf("%s can't be read: %w", path, err)
		}
		if err := checkBundle(bundle, leaves); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func checkBundle(bundle []byte, leaves []tlog.Hash) error {
	for number, leaf := range leaves {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return fmt.Errorf("it ends inside its entry %d", number)
		}
		length := int(binary.BigEndian.Uint16(bundle))
		if tlog.RecordHash(bundle[2:2+length]) != leaf {
			return fmt.Errorf("its entry %d doesn't hash to its leaf", number)
		}
		bundle = bundle[2+length:]
	}
	if len(bundle) > 0 {
		return fmt.Errorf("it goes on after its %d entries", len(leaves))
	}
	return nil
}

// Partial tiles and bundles of earlier sizes, and whatever else is listed as one,
// must be beginnings of the authenticated ones.
func (log *ledger) checkOtherTiles() (int, error) {
	names, err := log.from.list()
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, err
	}
	checked := 0
	for _, name := range names {
		path := strings.Replace(name, "tile/entries/", "tile/data/", 1)
		tile, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, strings.TrimPrefix(path, "tile/")))
		if err != nil {
			continue
		}
		if err := log.checkTile(tile, name); err != nil {
			return checked, fmt.Errorf("%s is not under the signed root: %w", name, err)
		}
		checked++
	}
	return checked, nil
}

func (log *ledger) checkTile(tile tlog.Tile, name string) error {
	content, err := log.from.read(name)
	if err != nil {
		return err
	}
	if tile.L < 0 {
		leaves, err := log.leafHashes(tile.N*tileWidth, tile.N*tileWidth+int64(tile.W))
		if err != nil {
			return err
		}
		return checkBundle(content, leaves)
	}
	expected, err := tlog.ReadTileData(tile, log.hashes)
	if err == nil && !bytes.Equal(content, expected) {
		err = errors.New("it has other hashes")
	}
	return err
}

package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// More than the longest entry bundle: 256 entries of 65,535 octets with their lengths.
const resourceLimit = 17 << 20

// Where a ledger's resources are read, by their names below its base.
type source interface {
	read(name string) ([]byte, error)
	// The names of all resources below tile/, where they can be listed.
	list() ([]string, error)
}

func openSource(base, authorities string) (source, error) {
	if strings.HasPrefix(base, "https://") {
		return openSite(base, authorities)
	}
	if strings.Contains(base, "://") {
		return nil, errors.New("only folders and https URLs can be read")
	}
	return folder{base}, nil
}

type folder struct{ path string }

func (from folder) read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(from.path, filepath.FromSlash(name)))
}

func (from folder) list() ([]string, error) {
	var names []string
	err := filepath.Walk(filepath.Join(from.path, "tile"), func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			name, _ := filepath.Rel(from.path, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	return names, err
}

type site struct {
	base   string
	client *http.Client
}

func openSite(base, authorities string) (source, error) {
	settings := &tls.Config{MinVersion: tls.VersionTLS13}
	if authorities != "" {
		pem, err := os.ReadFile(authorities)
		if err != nil {
			return nil, err
		}
		settings.RootCAs = x509.NewCertPool()
		if !settings.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s has no certificate", authorities)
		}
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: settings}, Timeout: 30 * time.Second}
	return site{strings.TrimSuffix(base, "/"), client}, nil
}

func (from site) read(name string) ([]byte, error) {
	response, err := from.client.Get(from.base + "/" + name)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", name, response.Status)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, resourceLimit+1))
	if err == nil && len(content) > resourceLimit {
		err = fmt.Errorf("%s is too long", name)
	}
	return content, err
}

func (from site) list() ([]string, error) { return nil, nil }

package replica

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/benbjohnson/litestream"
	filereplica "github.com/benbjohnson/litestream/file"
	"github.com/benbjohnson/litestream/s3"
	"github.com/benbjohnson/litestream/sftp"
	"golang.org/x/crypto/ssh"
)

// Target is the place of a replica. It may hold secrets: String has none.
type Target struct {
	place place
	kind  string // s3, sftp or file
	url   string // as the library reads it, without the secrets
}

// settings of a replica, which may also stand at the top of the file for all.
type settings struct {
	SyncInterval    *time.Duration `yaml:"sync-interval"`
	MaxSyncLTXFiles *int           `yaml:"max-sync-ltx-files"`

	AccessKeyID     string `yaml:"access-key-id"`
	SecretAccessKey string `yaml:"secret-access-key"`
	Region          string `yaml:"region"`
	Bucket          string `yaml:"bucket"`
	Endpoint        string `yaml:"endpoint"`
	ForcePathStyle  *bool  `yaml:"force-path-style"`
	SignPayload     *bool  `yaml:"sign-payload"`
	SkipVerify      bool   `yaml:"skip-verify"`
	StorageClass    string `yaml:"storage-class"`
	PartSize        *int64 `yaml:"part-size"` // bytes
	Concurrency     *int   `yaml:"concurrency"`

	Host             string `yaml:"host"`
	User             string `yaml:"user"`
	Password         string `yaml:"password"`
	KeyPath          string `yaml:"key-path"`
	HostKey          string `yaml:"host-key"`
	ConcurrentWrites *bool  `yaml:"concurrent-writes"`
}

// inherit takes what is not set here from the settings for all.
func (s *settings) inherit(all settings) {
	s.SyncInterval = cmp.Or(s.SyncInterval, all.SyncInterval)
	s.MaxSyncLTXFiles = cmp.Or(s.MaxSyncLTXFiles, all.MaxSyncLTXFiles)
	s.AccessKeyID = cmp.Or(s.AccessKeyID, all.AccessKeyID)
	s.SecretAccessKey = cmp.Or(s.SecretAccessKey, all.SecretAccessKey)
	s.Region = cmp.Or(s.Region, all.Region)
	s.Bucket = cmp.Or(s.Bucket, all.Bucket)
	s.Endpoint = cmp.Or(s.Endpoint, all.Endpoint)
	s.ForcePathStyle = cmp.Or(s.ForcePathStyle, all.ForcePathStyle)
	s.SignPayload = cmp.Or(s.SignPayload, all.SignPayload)
	s.SkipVerify = s.SkipVerify || all.SkipVerify
	s.StorageClass = cmp.Or(s.StorageClass, all.StorageClass)
	s.PartSize = cmp.Or(s.PartSize, all.PartSize)
	s.Concurrency = cmp.Or(s.Concurrency, all.Concurrency)
	s.Host = cmp.Or(s.Host, all.Host)
	s.User = cmp.Or(s.User, all.User)
	s.Password = cmp.Or(s.Password, all.Password)
	s.KeyPath = cmp.Or(s.KeyPath, all.KeyPath)
	s.HostKey = cmp.Or(s.HostKey, all.HostKey)
	s.ConcurrentWrites = cmp.Or(s.ConcurrentWrites, all.ConcurrentWrites)
}

// place is one replica of the file.
type place struct {
	settings `yaml:",inline"`
	Type     string `yaml:"type"`
	Name     string `yaml:"name"` // the older form had names
	Path     string `yaml:"path"`
	URL      string `yaml:"url"`
}

// ParseTarget reads the address of a replica: s3://bucket/path?endpoint=…&region=…, sftp://user:password@host/path?host-key=…,
// or a folder. The keys of S3 come from the usual AWS variables.
func ParseTarget(address string) (Target, error) {
	p := place{URL: address}
	if !strings.Contains(address, "://") {
		p = place{Path: address, Type: "file"}
	}
	if u, err := url.Parse(address); err == nil && u.Scheme == "sftp" {
		// The key may stand there as it is printed: in an address its + is a space.
		kind, key, _ := strings.Cut(u.Query().Get("host-key"), " ")
		p.HostKey = strings.TrimSpace(kind + " " + strings.ReplaceAll(key, " ", "+"))
	}
	return p.target()
}

func (p place) target() (t Target, err error) {
	t = Target{place: p, kind: p.Type}
	if p.URL != "" {
		if p.Path != "" || p.Bucket != "" {
			return t, errors.New("a replica has either a url or a path (and bucket)")
		}
		scheme, _, _ := strings.Cut(p.URL, "://")
		if p.Type != "" && p.Type != scheme {
			return t, fmt.Errorf("the type of the replica is %s, but its url begins with %s", p.Type, scheme)
		}
		t.kind, t.url = scheme, p.URL
	}
	switch t.kind = cmp.Or(t.kind, "file"); t.kind {
	case "file":
		if p.URL == "" && p.Path == "" {
			return t, errors.New("the replica needs a path")
		}
		return t, nil
	case "s3":
		if p.URL == "" {
			if p.Bucket == "" {
				return t, errors.New("the replica needs a bucket")
			}
			t.url = (&url.URL{Scheme: "s3", Host: p.Bucket, Path: "/" + strings.TrimPrefix(p.Path, "/")}).String()
		}
	case "sftp":
		if p.URL == "" {
			if p.Host == "" || p.Path == "" || p.User == "" {
				return t, errors.New("the replica needs host, user and path")
			}
			t.url = (&url.URL{Scheme: "sftp", User: url.User(p.User), Host: p.Host, Path: "/" + strings.TrimPrefix(p.Path, "/")}).String()
		}
		if err := p.checkHostKey(); err != nil {
			return t, err
		}
	default:
		return t, fmt.Errorf("a replica of type %q is not supported: use s3 (and what speaks it), sftp or file", t.kind)
	}
	if _, err := url.Parse(t.url); err != nil {
		return t, errors.New("the url of the replica cannot be read") // the cause may show a password
	}
	return t, nil
}

// checkHostKey refuses a server that anybody could pose as: it gets the guest list, and the password.
func (p place) checkHostKey() error {
	const cure = "name the key that `ssh-keyscan -t ecdsa HOST` prints, type and key, once it is seen to be the server's own"
	if p.HostKey == "" {
		return errors.New("the replica needs a host-key: " + cure)
	}
	if _, _, _, _, err := ssh.ParseAuthorizedKey([]byte(p.HostKey)); err != nil {
		return errors.New("the host-key of the replica cannot be read: " + cure)
	}
	return nil
}

// String is where the replica is, without secrets.
func (t Target) String() string {
	if t.kind == "file" {
		path, err := t.folder()
		if err != nil {
			return t.place.Path
		}
		return path
	}
	u, err := url.Parse(t.url)
	if err != nil {
		return t.kind
	}
	u.User, u.RawQuery = nil, ""
	return u.String()
}

func (t Target) folder() (string, error) {
	if t.place.URL != "" {
		_, _, path, err := litestream.ParseReplicaURL(t.place.URL)
		if err != nil {
			return "", errors.New("the url of the replica cannot be read")
		}
		return path, nil
	}
	return expandHome(t.place.Path)
}

// client builds the library's client. It connects to nothing.
func (t Target) client() (litestream.ReplicaClient, error) {
	if t.kind == "file" {
		path, err := t.folder()
		if err != nil {
			return nil, err
		}
		return filereplica.NewReplicaClient(path), nil
	}
	u, err := url.Parse(t.url)
	if err != nil {
		return nil, errors.New("the url of the replica cannot be read")
	}
	if t.kind == "s3" {
		t.place.query(u)
	}
	made, err := litestream.NewReplicaClientFromURL(u.String())
	if err != nil {
		return nil, fmt.Errorf("setting up the replica %s: %s", t, words(err))
	}
	p := t.place
	switch c := made.(type) {
	case *s3.ReplicaClient:
		c.AccessKeyID = cmp.Or(p.AccessKeyID, c.AccessKeyID)
		c.SecretAccessKey = cmp.Or(p.SecretAccessKey, c.SecretAccessKey)
		// Without a region the client asks AWS where the bucket is before anything else.
		if c.Region == "" && c.Endpoint != "" {
			c.Region = s3.DefaultRegion
		}
	case *sftp.ReplicaClient:
		c.Password = cmp.Or(p.Password, c.Password)
		c.KeyPath, c.HostKey = p.KeyPath, p.HostKey
		if p.ConcurrentWrites != nil {
			c.ConcurrentWrites = *p.ConcurrentWrites
		}
		c.Path = "/" + strings.TrimPrefix(c.Path, "/")
		if p.URL == "" && !strings.HasPrefix(p.Path, "/") {
			c.Path = p.Path // below the home folder of the user
		}
	}
	return made, nil
}

// query adds what the file says to the address, where the library reads it.
func (p place) query(u *url.URL) {
	q := u.Query()
	add := func(key, value string) {
		if value != "" {
			q.Set(key, value)
		}
	}
	add("region", p.Region)
	add("endpoint", p.Endpoint)
	add("storage-class", p.StorageClass)
	if p.SkipVerify {
		q.Set("skip-verify", "true")
	}
	if p.ForcePathStyle != nil {
		q.Set("force-path-style", strconv.FormatBool(*p.ForcePathStyle))
	}
	if p.SignPayload != nil {
		q.Set("sign-payload", strconv.FormatBool(*p.SignPayload))
	}
	if p.PartSize != nil {
		q.Set("part-size", strconv.FormatInt(*p.PartSize, 10))
	}
	if p.Concurrency != nil {
		q.Set("concurrency", strconv.Itoa(*p.Concurrency))
	}
	u.RawQuery = q.Encode()
}

// isFile reports whether a path is a plain file: a backup, not the folder of a replica.
func isFile(path string) bool {
	fi, err := os.Stat(path)
	return err == nil && fi.Mode().IsRegular()
}

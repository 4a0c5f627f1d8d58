package powercut

import (
	"context"
	"fmt"
	"io"
	"log"
	"maps"
	"slices"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// Mounted is a disk that programs can use.
type Mounted struct{ server *fuse.Server }

// Mount shows the disk in a folder. It needs root and /dev/fuse.
func (d *Disk) Mount(folder string) (*Mounted, error) {
	var never time.Duration // nothing is cached but what is in a file
	server, err := fs.Mount(folder, &folderNode{disk: d, dir: d.root}, &fs.Options{
		EntryTimeout: &never, AttrTimeout: &never, NegativeTimeout: &never,
		RootStableAttr: &fs.StableAttr{Ino: d.root.number, Gen: 1},
		Logger:         log.New(io.Discard, "", 0), // it speaks of callers that were killed, which is what this is for
		MountOptions: fuse.MountOptions{
			DirectMountStrict: true, FsName: "powercut", Name: "powercut", DisableXAttrs: true, MaxWrite: 1 << 20,
			Logger: log.New(io.Discard, "", 0),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("mounting on %s: %w", folder, err)
	}
	return &Mounted{server}, nil
}

// unmountTries is how often a folder is unmounted again that is busy, and unmountPause how long is waited before: a process
// that another test is starting holds what was open here until it runs its own program.
const (
	unmountTries = 50
	unmountPause = 100 * time.Millisecond
)

// Unmount takes the folder away. Nobody may have a file of it open.
func (m *Mounted) Unmount() error {
	err := m.server.Unmount()
	for n := 1; err != nil && n < unmountTries; n++ {
		time.Sleep(unmountPause)
		err = m.server.Unmount()
	}
	if err != nil {
		return fmt.Errorf("unmounting: %w", err)
	}
	m.server.Wait()
	return nil
}

// folderNode is what the kernel sees of a directory.
type folderNode struct {
	fs.Inode
	disk *Disk
	dir  *dir
}

// fileNode is what the kernel sees of a file; it is its own handle.
type fileNode struct {
	fs.Inode
	disk *Disk
	file *file
}

var (
	_ fs.NodeLookuper  = (*folderNode)(nil)
	_ fs.NodeCreater   = (*folderNode)(nil)
	_ fs.NodeMkdirer   = (*folderNode)(nil)
	_ fs.NodeLinker    = (*folderNode)(nil)
	_ fs.NodeUnlinker  = (*folderNode)(nil)
	_ fs.NodeRmdirer   = (*folderNode)(nil)
	_ fs.NodeRenamer   = (*folderNode)(nil)
	_ fs.NodeReaddirer = (*folderNode)(nil)
	_ fs.NodeGetattrer = (*folderNode)(nil)
	_ fs.NodeSetattrer = (*folderNode)(nil)
	_ fs.NodeFsyncer   = (*folderNode)(nil)
	_ fs.NodeStatfser  = (*folderNode)(nil)
	_ fs.NodeOpener    = (*fileNode)(nil)
	_ fs.NodeReader    = (*fileNode)(nil)
	_ fs.NodeWriter    = (*fileNode)(nil)
	_ fs.NodeFsyncer   = (*fileNode)(nil)
	_ fs.NodeFlusher   = (*fileNode)(nil)
	_ fs.NodeAllocater = (*fileNode)(nil)
	_ fs.NodeGetattrer = (*fileNode)(nil)
	_ fs.NodeSetattrer = (*fileNode)(nil)
)

func fill(n node, out *fuse.Attr) {
	out.Ino, out.Nlink, out.Blksize = n.ino(), 1, 4096
	switch n := n.(type) {
	case *file:
		out.Mode, out.Size = syscall.S_IFREG|n.mode, uint64(len(n.now))
		out.Blocks = (out.Size + sector - 1) / sector
	case *dir:
		out.Mode = syscall.S_IFDIR | n.mode
	}
}

// show makes the kernel's view of a node; the disk is locked.
func (n *folderNode) show(ctx context.Context, of node, out *fuse.EntryOut) *fs.Inode {
	fill(of, &out.Attr)
	attr := fs.StableAttr{Mode: out.Mode & syscall.S_IFMT, Ino: of.ino(), Gen: 1}
	if f, ok := of.(*file); ok {
		return n.NewInode(ctx, &fileNode{disk: n.disk, file: f}, attr)
	}
	return n.NewInode(ctx, &folderNode{disk: n.disk, dir: of.(*dir)}, attr)
}

func (n *folderNode) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (in *fs.Inode, err syscall.Errno) {
	err = n.disk.powered(func() syscall.Errno {
		of, ok := n.dir.now[name]
		if !ok {
			return syscall.ENOENT
		}
		in = n.show(ctx, of, out)
		return 0
	})
	return in, err
}

func (n *folderNode) Create(ctx context.Context, name string, _ uint32, mode uint32, out *fuse.EntryOut) (in *fs.Inode, h fs.FileHandle, flags uint32, err syscall.Errno) {
	err = n.disk.powered(func() syscall.Errno {
		f := n.disk.newFile(mode)
		n.dir.set(name, f)
		in = n.show(ctx, f, out)
		return 0
	})
	return in, nil, 0, err
}

func (n *folderNode) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (in *fs.Inode, err syscall.Errno) {
	err = n.disk.powered(func() syscall.Errno {
		sub := n.disk.newDir(mode)
		n.dir.set(name, sub)
		in = n.show(ctx, sub, out)
		return 0
	})
	return in, err
}

func (n *folderNode) Link(ctx context.Context, target fs.InodeEmbedder, name string, out *fuse.EntryOut) (in *fs.Inode, err syscall.Errno) {
	to, ok := target.(*fileNode)
	if !ok {
		return nil, syscall.EPERM
	}
	err = n.disk.powered(func() syscall.Errno {
		n.dir.set(name, to.file)
		in = n.show(ctx, to.file, out)
		return 0
	})
	return in, err
}

func (n *folderNode) Unlink(_ context.Context, name string) syscall.Errno {
	return n.disk.powered(func() syscall.Errno {
		n.dir.set(name, nil)
		return 0
	})
}

func (n *folderNode) Rmdir(_ context.Context, name string) syscall.Errno {
	return n.disk.powered(func() syscall.Errno {
		if sub, ok := n.dir.now[name].(*dir); ok && len(sub.now) > 0 {
			return syscall.ENOTEMPTY
		}
		n.dir.set(name, nil)
		return 0
	})
}

func (n *folderNode) Rename(_ context.Context, name string, parent fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	to, ok := parent.(*folderNode)
	if !ok || flags != 0 {
		return syscall.EINVAL
	}
	return n.disk.powered(func() syscall.Errno {
		of := n.dir.now[name]
		to.dir.set(newName, of)
		n.dir.set(name, nil)
		return 0
	})
}

func (n *folderNode) Readdir(context.Context) (fs.DirStream, syscall.Errno) {
	var list []fuse.DirEntry
	err := n.disk.powered(func() syscall.Errno {
		for _, name := range slices.Sorted(maps.Keys(n.dir.now)) {
			var a fuse.Attr
			fill(n.dir.now[name], &a)
			list = append(list, fuse.DirEntry{Name: name, Mode: a.Mode, Ino: a.Ino})
		}
		return 0
	})
	return fs.NewListDirStream(list), err
}

func (n *folderNode) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	return n.disk.powered(func() syscall.Errno {
		fill(n.dir, &out.Attr)
		return 0
	})
}

func (n *folderNode) Setattr(_ context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	return n.disk.powered(func() syscall.Errno {
		if mode, ok := in.GetMode(); ok {
			n.dir.mode = mode & 0o7777
		}
		fill(n.dir, &out.Attr)
		return 0
	})
}

func (n *folderNode) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	return n.disk.powered(func() syscall.Errno {
		n.dir.sync()
		return 0
	})
}

// Statfs tells of a disk that is large and empty.
func (n *folderNode) Statfs(_ context.Context, out *fuse.StatfsOut) syscall.Errno {
	out.Bsize, out.Frsize, out.NameLen = 4096, 4096, 255
	out.Blocks, out.Bfree, out.Bavail = 1<<24, 1<<23, 1<<23
	out.Files, out.Ffree = 1<<20, 1<<19
	return 0
}

func (n *fileNode) Open(_ context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, n.disk.powered(func() syscall.Errno {
		if flags&syscall.O_TRUNC != 0 && len(n.file.now) > 0 {
			n.file.resize(0)
		}
		return 0
	})
}

func (n *fileNode) Read(_ context.Context, _ fs.FileHandle, dest []byte, at int64) (fuse.ReadResult, syscall.Errno) {
	read := 0
	err := n.disk.powered(func() syscall.Errno {
		if at < int64(len(n.file.now)) {
			read = copy(dest, n.file.now[at:])
		}
		return 0
	})
	return fuse.ReadResultData(dest[:read]), err
}

func (n *fileNode) Write(_ context.Context, _ fs.FileHandle, data []byte, at int64) (uint32, syscall.Errno) {
	err := n.disk.powered(func() syscall.Errno {
		n.file.write(data, at)
		return 0
	})
	return uint32(len(data)), err
}

func (n *fileNode) Fsync(context.Context, fs.FileHandle, uint32) syscall.Errno {
	return n.disk.powered(func() syscall.Errno {
		n.file.sync()
		return 0
	})
}

// Flush is what close makes; it syncs nothing.
func (n *fileNode) Flush(context.Context, fs.FileHandle) syscall.Errno { return 0 }

func (n *fileNode) Allocate(_ context.Context, _ fs.FileHandle, at, size uint64, mode uint32) syscall.Errno {
	return n.disk.powered(func() syscall.Errno {
		if mode != 0 {
			return syscall.EOPNOTSUPP
		}
		if end := int64(at + size); end > int64(len(n.file.now)) {
			n.file.resize(end)
		}
		return 0
	})
}

func (n *fileNode) Getattr(_ context.Context, _ fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	return n.disk.powered(func() syscall.Errno {
		fill(n.file, &out.Attr)
		return 0
	})
}

func (n *fileNode) Setattr(_ context.Context, _ fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	return n.disk.powered(func() syscall.Errno {
		if mode, ok := in.GetMode(); ok {
			n.file.mode = mode & 0o7777
		}
		if size, ok := in.GetSize(); ok {
			n.file.resize(int64(size))
		}
		fill(n.file, &out.Attr)
		return 0
	})
}

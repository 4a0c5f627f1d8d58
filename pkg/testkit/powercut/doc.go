// Package powercut is a file system whose power can be cut: what a program did not sync is gone.
//
// A [Disk] keeps files in memory, each in two states: as programs see it, and as it is on the medium. A write changes
// the first; fsync or fdatasync of the file brings its data to the second. The same goes for names: a file that was
// made, renamed or deleted is so on the medium once its directory was synced. [Disk.Mount] shows it as a FUSE file
// system (Linux, root, /dev/fuse). [Disk.Cut] ends the power: from then on every call fails with EIO, so that nothing
// that is answered later can have been stored. [Disk.Restore] brings it back, as on the medium.
//
// Modelled:
//   - data that was not synced is lost, for any length of time: a real kernel writes it after some
//     seconds by itself, as [Disk.Sync] does;
//   - names that were not synced are lost, even of a file whose data was synced. POSIX promises no more; ext4, XFS and
//     Btrfs keep the name of a new file that is synced, so this is harder on the program than they are;
//   - with [Disk.Tear]: of what was not synced, any part may have come to the medium, in any order: writes are kept or
//     lost by sectors of 512 bytes, a change of size is kept or lost. Of names, a directory keeps the first so many
//     changes, as a journal does.
//
// Not modelled: media that lie about a sync; a sector torn in itself; wear and bit rot; a rename between directories
// that is one on the medium (here each of both directories has its half); symbolic links, owners, times. Shared
// memory maps work, as SQLite's -shm needs, and what is written by them counts as written when the kernel hands it over.
//
//	d := powercut.New()
//	m, err := d.Mount(dir)
//	…
//	d.Cut()      // kill the program now
//	m.Unmount()
//	d.Restore()
//	m, err = d.Mount(dir)
package powercut

// Package durable puts names of files and folders on the medium: what is in a file is there once the file was synced, but its name
// only once the folder was that it stands in. After a power cut a file without a name is lost, whatever it held.
//
// It does not write files; whoever does syncs them, renames them, and then calls Sync for their folder.
//
//	err := durable.MakeFolder("doorward-data")
//	...
//	err = durable.Sync("doorward-data") // after a rename in it
package durable

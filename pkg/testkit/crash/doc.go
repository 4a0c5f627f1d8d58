// Package crash proves that what the program acknowledged survives its sudden end.
//
// It has tests only. They build the real binary, start it on a folder of its own and put load on it through HTTP: four
// doors that check in and out one by one and in batches, an importer, and guests who answer. What was sent and what was
// acknowledged goes into a journal in the test's own process. Then the fault comes, the program is started again, and
// the journal is compared with the database:
//
//   - every acknowledged check-in, import and answer is there, once, as it was acknowledged;
//   - nothing is there that was not sent, and an import is there as a whole or not at all;
//   - each mail that is written down as sent has its file, and none is forgotten;
//   - each nonce without an answer is sent again: one row, and acknowledged ones get the same answer again;
//   - the counters equal the rows, the history has a row per check-in and per answer, integrity_check and
//     foreign_key_check find nothing;
//   - the host is still signed in, and so is every door.
//
// The faults are kill -9 (TestKill), a power cut that loses all that was not synced (TestPowerCut) or tears it
// (TestTornWrites), see package powercut, and a network that drops, cuts and repeats (TestFlap). Each test makes a few
// rounds; with DOORWARD_LONG=1, as make crash sets it, as many as the README says, and its control: the power cut on a
// program built with synchronous=NORMAL, which must lose something, or the rig could not see a loss.
//
// It does not test the hardware: a card that says "synced" and lies loses data under any program.
//
//	DOORWARD_LONG=1 go test -v -count=1 -timeout 1h -run TestKill ./pkg/testkit/crash
//
// DOORWARD_SEED=7 makes other choices; the seed is printed with the table.
package crash

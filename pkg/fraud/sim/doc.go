// Package sim makes worlds of invitations to judge an engine by, and judges it: Generate plays events
// with their guests, bots and attackers, Evaluate compares an engine's results with what was true.
// Its subpackage baseline is the engine that stands beside.
//
// It scores nothing itself and knows no engine. It does no I/O but on what it is handed, has no clock, and
// gives the same for the same seed. What it says of an engine is said of made-up people: their devices,
// addresses and rates follow published figures where there are some, and the labelled worlds that came
// with the job where there are none (rates.go and config.go say which), but nobody has measured them on
// guests. Figures on it compare engines; they promise nothing of the field.
//
// # A world
//
// Records are the accesses in order, in the format of `doorward fraud replay`; Labels are the truth about
// each. Addresses are real ones, drawn at random from those that a Locator knows, so that their countries,
// towns and networks are as it will say. Honest guests share households, offices, hotels and carriers'
// addresses, change devices, lose cookies on the way from a chat to the browser, travel, sit behind relays,
// and let companions and helpers use their links. Chats, mail scanners and browsers fetch links ahead of
// them. Fourteen kinds of strangers come in between.
//
// Where it differs from the given worlds on purpose: attacks are twice as frequent, codes are shown again
// at the door after times that overlap with those of honest guests, the clock steps back once in every
// world, and the profiles "students" and "wedding" live differently. Tune on some profiles and seeds, and
// report on others.
//
// # Measures
//
// They are defined at the fields of Report. A visit counts with the highest score of its opens and
// answers. Thresholds are taken per history bucket from the honest visits, and only what lies strictly
// above counts as found, so that ties never help.
//
// # Example
//
//	profile, err := sim.ProfileNamed("wedding")
//	places, err := geo.OpenMemory()
//	records, labels, err := sim.Generate(sim.DefaultConfig(7, profile), places)
//	report, err := sim.Evaluate(labels, sim.Kinds(records), engine(records))
//	before, err := sim.Evaluate(labels, sim.Kinds(records), baseline.Replay(records))
//	err = report.WriteTable(os.Stdout, &before)
package sim

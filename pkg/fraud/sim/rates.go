package sim

// How people behave. Sections are of fraud.md; "read off" means estimated from the given labelled worlds,
// by eye and in round numbers, as the middle of what their three show.
const (
	// Visits.
	bounces      = .012 // leaves before the beacon; read off
	noScript     = .014 // of answers, those without the page's script; read off
	tapsSeen     = .75  // opens with a trusted input; read off
	turned       = .05  // opens on a phone held sideways; read off
	prefetched   = .05  // visits that the browser had fetched ahead; read off
	answersFirst = .60  // guests who answer at their first visit; read off
	answersLater = .27  // at each later one until they have; read off
	changesMind  = .04  // of further visits, after an answer; own guess

	// Devices.
	secondDevice = .30 // §5.3
	usesSecond   = .30 // of an owner's visits; read off (22 % show two devices at four visits or more)
	privately    = .06 // devices that keep no cookie; own guess, so that with losesCookie 89 % of returns carry it
	losesCookie  = .05 // per return; read off together with the former
	hops         = .55 // from an app's browser to the own one, within minutes; read off
	inAppAgain   = .25 // later visits inside the same app again; read off
	foreignTag   = .15 // guests whose language is not the local one, §5.3

	// Networks.
	staticHome  = .60 // §5.3
	leavesBlock = .50 // of address changes, those that leave the /24, §5.3
	relayed     = .04 // guests behind a privacy relay or VPN; §5.3 has .07, the given worlds show .03
	relayUse    = .8  // of such a guest's visits; own guess
	regional    = .05 // visits from elsewhere in the country, §5.3
	atWork      = .35 // of working-day visits of those who have a workplace; own guess
	venueWiFi   = .40 // at the door, §5.3
	sameAgain   = .35 // visits over the carrier with the address of the time before; §2.1 and §1.11

	// People around the guest.
	households  = .10 // guests who live with the guest before them in the list; own guess
	plusOneUses = .35 // parties of two or more where somebody else opens the link; read off
	plusOneHome = .22 // of those, at the guest's own home; read off
	plusOneMore = .45 // of those, who come back once; read off
	local       = .70 // guests who live near the event, of those in its country; read off

	// Bots.
	byChat       = .72 // invitations that a chat draws a preview of; read off
	previewTwice = .5  // read off
	fromSender   = .74 // previews made on the sender's own device, §4.1; share read off
	byMail       = .10 // invitations that a mail scanner follows; read off
	// unlistedScanner is of mail scanners those in data centres that are not known for it; read off, where
	// a list finds four of five.
	unlistedScanner = .12

	rescanned = .15 // of scans, the same code once more by an honest guest; read off
)

// How many attacks there are, per guest with at least one visit unless said. They are read off the given
// worlds and doubled, so that the cells of a world are not too small; one guest in seven is attacked, so
// collateral figures rest on more guests than there, and honest ones on fewer.
const (
	naiveRate        = .016
	vpnRate          = .016
	friendRate       = .026
	targetedRate     = .020
	veryTargetedRate = .015
	cookieTheftRate  = .010
	automationRate   = .006
	previewSpoofRate = .004
	stolenFirstRate  = .007
	slowDripRate     = .10 // per event
	poisonRate       = .10 // per event
	leakRate         = .20 // per event
	harvestRate      = .15 // per event
	qrReplayRate     = 1.3 // per event with a door

	attackAnswers = .30 // attackers' visits with an answer; read off
	comesBack     = .25 // attackers who come again, and of these again; read off
)

// hourWeights is how likely a visit is at each local hour; read off.
var hourWeights = [24]float64{
	.5, .25, .15, .1, .1, .15, .3, .6, .9, 1, 1.1, 1.1, 1.2, 1.2, 1, 1, 1.1, 1.3, 1.7, 1.9, 2, 1.9, 1.5, .9,
}

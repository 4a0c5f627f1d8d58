package guest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/doorward/doorward/pkg/doorward"
	"github.com/doorward/doorward/pkg/sqlite"
)

// What a column may hold. "" is a column that is left out.
const (
	fieldName      = "name"
	fieldFirstName = "first_name"
	fieldLastName  = "last_name"
	fieldEmail     = "email"
	fieldPhone     = "phone"
	fieldPartySize = "party_size"
	fieldPlusOnes  = "plus_ones"
	fieldTags      = "tags"
	fieldNote      = "note"
	fieldID        = "id" // a guest's, in our own exports
)

var fields = []string{
	fieldName, fieldFirstName, fieldLastName, fieldEmail, fieldPhone, fieldPartySize, fieldPlusOnes, fieldTags, fieldNote, fieldID, "",
}

// columns are those of our own files, in order.
var columns = []string{fieldName, fieldEmail, fieldPhone, fieldPartySize, fieldTags, fieldNote}

// Where a list comes from, told by its headers.
const (
	SourceOwn        = "doorward"
	SourceGoogle     = "google"
	SourceOutlook    = "outlook"
	SourceEventbrite = "eventbrite"
	SourceLuma       = "luma"
)

// headings are the words that mean a column, folded by headerKey: English, German, French, Spanish, Portuguese, Italian
// and Dutch, and those of the programs that people's lists come from.
var headings = map[string]string{
	fieldName: `name guest guests fullname guestname displayname attendeename invitee
		gast gaste gastname vollername vollstandigername vornachname vorundnachname vornameundnachname eingeladen
		nom nomcomplet nometprenom prenometnom nomprenom prenomnom invite invitee nomdelinvite
		nombre nombrecompleto nombreyapellido nombreyapellidos invitado invitada nombredelinvitado
		nome nomecompleto convidado convidada nomedoconvidado nomeesobrenome nomeeapelido
		nomecognome nomeecognome cognomeenome cognomenome invitato invitata ospite nominativo
		naam volledigenaam voorenachternaam genodigde`,
	fieldFirstName: `firstname first givenname forename middlename additionalname
		vorname prenom primernombre segundonombre primeironome nomeproprio nomedebattesimo weiterevornamen voornaam roepnaam tussenvoegsel`,
	fieldLastName: `lastname last surname familyname
		nachname familienname zuname nomdefamille apellido apellidos primerapellido segundoapellido
		sobrenome apelido apelidos ultimonome cognome achternaam familienaam`,
	fieldEmail: `email emails emailaddress emailaddresses mail mailaddress primaryemail emailhome emailwork homeemail workemail emailother
		emailadresse mailadresse adresseemail adressemail adresseelectronique courriel adressecourriel mel
		correo correoelectronico direcciondecorreo direcciondecorreoelectronico direccionemail
		enderecodeemail enderecoemail correioeletronico correioelectronico
		indirizzoemail indirizzomail postaelettronica emailadres mailadres`,
	fieldPhone: `phone phones phonenumber phonenumbers telephone telephonenumber tel mobile mobilephone mobilenumber mobileno
		cell cellphone cellnumber whatsapp whatsappnumber contactnumber primaryphone homephone businessphone otherphone workphone carphone
		telefon telefonnummer handy handynummer mobil mobiltelefon mobilnummer mobilfunknummer rufnummer festnetz telefongeschaftlich telefonprivat telefonmobil
		numerodetelephone portable telephoneportable telephonemobile gsm
		telefono telefonos movil celular telefonomovil telefonocelular numerodetelefono numerodemovil
		telefone telemovel numerodetelefone numerodetelemovel
		cellulare telefonocellulare numeroditelefono numerodicellulare
		telefoon telefoonnummer mobiel mobielnummer mobieltelefoonnummer`,
	fieldPartySize: `partysize party heads headcount seats quantity persons people pax numberofguests numberofpeople guestcount groupsize
		personen anzahl anzahlpersonen anzahldergaste personenzahl personenanzahl platze kopfe
		nombredepersonnes nbdepersonnes nbpersonnes personnes places nombredeplaces
		personas numerodepersonas numerodeinvitados plazas
		pessoas numerodepessoas nodepessoas lugares numerodeconvidados
		persone numerodipersone numeropersone posti numeroposti
		aantal aantalpersonen aantalgasten plaatsen`,
	fieldPlusOnes: `plusones plusone additionalguests extraguests guestsallowed
		begleitung begleitpersonen begleiter accompagnants accompagnateurs acompanantes acompanhantes accompagnatori introducees begeleiders`,
	fieldTags: `tags tag group groups category categories labels label groupmembership tickettype ticketname
		gruppe gruppen kategorie kategorien groupe groupes categorie etiquette etiquettes
		grupo grupos categoria categorias etiqueta etiquetas gruppo gruppi groep groepen categorieen`,
	fieldNote: `note notes comment comments remark remarks notiz notizen bemerkung bemerkungen kommentar kommentare anmerkung anmerkungen
		remarque remarques commentaire commentaires nota notas observacion observaciones comentario comentarios
		observacao observacoes commento commenti osservazioni opmerking opmerkingen notitie notities bijzonderheden`,
}

// meanings has the field of each word of headings.
var meanings = func() map[string]string {
	m := map[string]string{}
	for field, words := range headings {
		for _, word := range strings.Fields(words) {
			m[word] = field
		}
	}
	return m
}()

// numbered are headers of which there is one for each of a contact's addresses, as "E-mail 2 - Value".
var numbered = regexp.MustCompile(`^(email|phone|homephone|businessphone|mobilephone)\d+(value|address)?$`)

// headerKey folds a header: letters and digits alone, without accents, in lower case.
func headerKey(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, sqlite.Fold(s))
}

// meaning is the field that a header is taken for, "" for none.
func meaning(key string) string {
	if field := meanings[key]; field != "" {
		return field
	}
	switch m := numbered.FindStringSubmatch(key); {
	case m == nil:
		return ""
	case m[1] == fieldEmail:
		return fieldEmail
	default:
		return fieldPhone
	}
}

// recognise takes each header for a field, and tells which program wrote them.
func recognise(headers []string) (mapping []string, source string) {
	keys := make([]string, len(headers))
	for i, h := range headers {
		keys[i] = headerKey(h)
	}
	has := func(words ...string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(keys, word) })
	}
	switch {
	case has("name", "partysize", "headsinside", "id"):
		return ownColumns(headers), SourceOwn
	case has("email1value"), has("phone1value"), has("phoneticfirstname", "labels"), has("givenname", "groupmembership"):
		source = SourceGoogle
	case has("emailaddress", "mobilephone"), has("emailaddress", "businessphone"), has("emailaddress", "homephone"):
		source = SourceOutlook
	case has("order", "orderdate"):
		source = SourceEventbrite
	case has("approvalstatus", "email"), has("approvalstatus", "name"):
		source = SourceLuma
	}
	mapping = make([]string, len(headers))
	for i, key := range keys {
		field := meaning(key)
		if once := field == fieldName || field == fieldPartySize || field == fieldPlusOnes || field == fieldNote; once && slices.Contains(mapping[:i], field) {
			field = ""
		}
		mapping[i] = field
	}
	halfNames(keys, mapping)
	return mapping, source
}

// ownColumns are those of an export of ours that are read again: what guests answered is not.
func ownColumns(headers []string) []string {
	mapping := make([]string, len(headers))
	for i, h := range headers {
		if h = strings.TrimSpace(h); h == fieldID || slices.Contains(columns, h) {
			mapping[i] = h
		}
	}
	return mapping
}

// halfNames makes a column called name one half of it where another column is the other half alone: "Nom" beside
// "Prénom", "Nome" beside "Cognome". "Name" beside "First name" stays: there it is the whole.
func halfNames(keys, mapping []string) {
	name, first, last := slices.Index(mapping, fieldName), slices.Index(mapping, fieldFirstName), slices.Index(mapping, fieldLastName)
	switch {
	case name < 0 || (first < 0) == (last < 0):
	case first < 0 && slices.Contains([]string{"name", "nome", "nombre"}, keys[name]):
		mapping[name] = fieldFirstName
	case last < 0 && slices.Contains([]string{"vorname", "prenom", "voornaam"}, keys[first]):
		mapping[name] = fieldLastName
	}
}

// nameless reports whether no column holds names.
func nameless(mapping []string) bool {
	return !slices.ContainsFunc(mapping, func(field string) bool {
		return field == fieldName || field == fieldFirstName || field == fieldLastName
	})
}

// Reading says how a list is to be read, where a host knows better. The zero value leaves it to the list itself.
type Reading struct {
	Headings string   // "", or HeadingsYes, HeadingsNo or HeadingsGuess
	Mapping  []string // for each column what it holds, see Preview.Mapping; nil is recognised
}

// What the first line of a list is.
const (
	HeadingsYes   = "yes"   // it names the columns
	HeadingsNo    = "no"    // it is a guest, as the others
	HeadingsGuess = "guess" // whichever it looks like
)

func (h Reading) check() error {
	switch h.Headings {
	case "", HeadingsYes, HeadingsNo, HeadingsGuess:
	default:
		return doorward.Invalid(doorward.FieldError{Field: "headings", Detail: "Use yes, no or guess."})
	}
	for i, field := range h.Mapping {
		if !slices.Contains(fields, field) {
			return badMapping("Entry %d is none of name, first_name, last_name, email, phone, party_size, plus_ones, tags, note, id and \"\".", i+1)
		}
	}
	for _, once := range []string{fieldName, fieldPartySize, fieldPlusOnes, fieldID} {
		if i := slices.Index(h.Mapping, once); i >= 0 && slices.Contains(h.Mapping[i+1:], once) {
			return badMapping("Only one column can be %s.", once)
		}
	}
	return nil
}

func badMapping(detail string, args ...any) error {
	return doorward.Invalid(doorward.FieldError{Field: "mapping", Detail: fmt.Sprintf(detail, args...)})
}

// repeats reports whether a record is the header once more, as where somebody has put two files together.
func repeats(header []string, cells [][]byte) bool {
	return slices.EqualFunc(header, cells, func(h string, cell []byte) bool { return h == string(bytes.TrimSpace(cell)) })
}

// texts copies the cells of a record.
func texts(cells [][]byte) []string {
	out := make([]string, len(cells))
	for i, cell := range cells {
		out[i] = string(bytes.TrimSpace(cell))
	}
	return out
}

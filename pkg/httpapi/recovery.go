package httpapi

import (
	"net/http"

	"github.com/doorward/doorward/pkg/doorward"
)

// RecoveryState is the JSON of how it stands with the links if the box, or its keys, are lost.
type RecoveryState struct {
	CodeMadeAt  *string `json:"code_made_at" required:"true" format:"date-time" description:"null when there is no recovery code"`
	Lost        int     `json:"lost" required:"true" description:"link keys that are gone: links signed with them do not open"`
	Recoverable int     `json:"recoverable" required:"true" description:"of those, how many the recovery code brings back"`
}

// recoveryState handles GET /api/v1/system/recovery.
func (s *Server) recoveryState(c *call) error {
	state, err := s.Keys.State(c.Request().Context())
	if err != nil {
		return err
	}
	w := RecoveryState{Lost: state.Lost, Recoverable: state.Recoverable}
	if !state.CodeMadeAt.IsZero() {
		made := stamp(state.CodeMadeAt)
		w.CodeMadeAt = &made
	}
	return c.JSON(http.StatusOK, w)
}

// RecoveryCodeBody asks for a new recovery code.
type RecoveryCodeBody struct {
	Password    string `json:"password" required:"true" description:"the account's own, asked again"`
	GiveUpLinks bool   `json:"give_up_links" description:"also while keys are lost that only the old code brings back"`
}

// RecoveryCode is shown once.
type RecoveryCode struct {
	RecoveryCode string `json:"recovery_code" required:"true"`
}

// newRecoveryCode handles POST /api/v1/system/recovery-code.
func (s *Server) newRecoveryCode(c *call) error {
	var b RecoveryCodeBody
	if err := c.decode(&b); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.Accounts.ConfirmPassword(ctx, c.who.User, doorward.Secret(b.Password)); err != nil {
		return err
	}
	code, err := s.Keys.NewCode(ctx, b.GiveUpLinks)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, RecoveryCode{RecoveryCode: code.Reveal()})
}

// RecoverBody brings lost links back.
type RecoverBody struct {
	RecoveryCode string `json:"recovery_code" required:"true"`
}

// Recovered says what came back.
type Recovered struct {
	Keys int `json:"keys" required:"true" description:"link keys that were lost and are back; 0 when none was lost, and the code fits"`
}

// recover handles POST /api/v1/system/recover.
func (s *Server) recover(c *call) error {
	var b RecoverBody
	if err := c.decode(&b); err != nil {
		return err
	}
	n, err := s.Keys.Recover(c.Request().Context(), doorward.Secret(b.RecoveryCode))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, Recovered{Keys: n})
}

package httpapi

import (
	"net/http"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/doorward"
)

// askedWords are the same whatever comes of it: anybody may type anybody's address.
const askedWords = "Look at your mail: if this address may have one, a link is on its way."

// Asked answers whoever asked for something by an address alone.
type Asked struct {
	Detail string `json:"detail" required:"true"`
}

// SignUpBody asks for an account.
type SignUpBody struct {
	Email       string `json:"email" required:"true"`
	Password    string `json:"password" required:"true"`
	Name        string `json:"name" required:"true"`
	AcceptTerms bool   `json:"accept_terms" required:"true"`
}

// signUp handles POST /api/v1/auth/signup.
func (s *Server) signUp(c *call) error {
	var b SignUpBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if !b.AcceptTerms {
		return doorward.Invalid(doorward.FieldError{Field: "accept_terms", Detail: "Without this there can be no account."})
	}
	err := s.Accounts.SignUp(c.Request().Context(), account.Registration{
		Email: b.Email, Name: b.Name, Password: doorward.Secret(b.Password), TermsVersion: doorward.TermsVersion,
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, Asked{Detail: askedWords})
}

// VerifyBody confirms an address with the token of a mail.
type VerifyBody struct {
	Token    string `json:"token" required:"true"`
	Password string `json:"password" description:"takes the place of the one that the account was asked for with"`
}

// verifyEmail handles POST /api/v1/auth/verify-email.
func (s *Server) verifyEmail(c *call) error {
	var b VerifyBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if err := s.Accounts.VerifyEmail(c.Request().Context(), doorward.Secret(b.Token), doorward.Secret(b.Password)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// ForgotBody asks for a link that sets a new password.
type ForgotBody struct {
	Email string `json:"email" required:"true"`
}

// forgotPassword handles POST /api/v1/auth/forgot-password.
func (s *Server) forgotPassword(c *call) error {
	var b ForgotBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if err := s.Accounts.ForgotPassword(c.Request().Context(), b.Email); err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, Asked{Detail: askedWords})
}

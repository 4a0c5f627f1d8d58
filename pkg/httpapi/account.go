package httpapi

import (
	"net/http"
	"time"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/doorward"
)

// User is the JSON of an account.
type User struct {
	ID                   doorward.UserID `json:"id" required:"true"`
	Email                string          `json:"email" required:"true"`
	Name                 string          `json:"name" required:"true"`
	EmailVerified        bool            `json:"email_verified" required:"true"`
	TermsAcceptedVersion *string         `json:"terms_accepted_version" required:"true"`
	Administrator        bool            `json:"administrator" required:"true" description:"looks after the box: the first account"`
	CreatedAt            string          `json:"created_at" format:"date-time" required:"true"`
}

func wireUser(u doorward.User) User {
	w := User{ID: u.ID, Email: u.Email, Name: u.Name, EmailVerified: u.EmailVerified, Administrator: u.Administrator, CreatedAt: stamp(u.CreatedAt)}
	if u.TermsAcceptedVersion != "" {
		w.TermsAcceptedVersion = &u.TermsAcceptedVersion
	}
	return w
}

// SignedIn is the answer to signing in. The refresh token comes as a cookie.
type SignedIn struct {
	AccessToken string `json:"access_token" required:"true"`
	ExpiresIn   int    `json:"expires_in" required:"true" description:"seconds"`
	User        *User  `json:"user,omitempty"`
}

// refreshCookie is the name of the cookie with the refresh token. The __Host- prefix, which ties it to this host, is
// only taken by browsers on https.
func (s *Server) refreshCookie() string {
	if s.secure {
		return "__Host-refresh"
	}
	return "refresh"
}

func (s *Server) setRefresh(c *call, value doorward.Secret, life time.Duration) {
	cookie := &http.Cookie{
		Name: s.refreshCookie(), Value: value.Reveal(), Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode,
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	c.SetCookie(cookie)
}

func (s *Server) refreshToken(c *call) doorward.Secret {
	cookie, err := c.Cookie(s.refreshCookie())
	if err != nil {
		return ""
	}
	return doorward.Secret(cookie.Value)
}

func (s *Server) signedIn(c *call, status int, in account.SignedIn, withUser bool) error {
	s.setRefresh(c, in.RefreshToken, in.RefreshLife)
	out := SignedIn{AccessToken: in.AccessToken.Reveal(), ExpiresIn: int(in.AccessLife.Seconds())}
	if withUser {
		u := wireUser(in.User)
		out.User = &u
	}
	return c.JSON(status, out)
}

// SetupState says whether the first account is still to be made.
type SetupState struct {
	Needed bool `json:"needed" required:"true"`
}

// setupState handles GET /api/v1/setup.
func (s *Server) setupState(c *call) error {
	needed, err := s.Accounts.SetupNeeded(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, SetupState{Needed: needed})
}

// SetupBody makes the first account.
type SetupBody struct {
	Code     string `json:"code" required:"true"`
	Email    string `json:"email" required:"true"`
	Password string `json:"password" required:"true"`
	Name     string `json:"name" required:"true"`
}

// setUp handles POST /api/v1/setup.
func (s *Server) setUp(c *call) error {
	var b SetupBody
	if err := c.decode(&b); err != nil {
		return err
	}
	in, err := s.Accounts.SetUp(c.Request().Context(), b.Code,
		account.Registration{Email: b.Email, Name: b.Name, Password: doorward.Secret(b.Password)}, c.Request().UserAgent())
	if err != nil {
		return err
	}
	return s.signedIn(c, http.StatusCreated, in, true)
}

// LoginBody signs in.
type LoginBody struct {
	Email    string `json:"email" required:"true"`
	Password string `json:"password" required:"true"`
}

// login handles POST /api/v1/auth/login.
func (s *Server) login(c *call) error {
	var b LoginBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if b.Email == "" || b.Password == "" {
		return doorward.Invalid(doorward.FieldError{Field: "email", Detail: "Write your address and your password."})
	}
	if err := s.spend(c, byAddress, doorward.EmailKey(b.Email)); err != nil {
		return err
	}
	in, err := s.Accounts.SignIn(c.Request().Context(), b.Email, doorward.Secret(b.Password), c.Request().UserAgent())
	if err != nil {
		return err
	}
	return s.signedIn(c, http.StatusOK, in, true)
}

// refresh handles POST /api/v1/auth/refresh.
func (s *Server) refresh(c *call) error {
	in, err := s.Accounts.Refresh(c.Request().Context(), s.refreshToken(c))
	if err != nil {
		if doorward.ErrorCode(err) == doorward.CodeUnauthenticated {
			s.setRefresh(c, "", 0)
		}
		return err
	}
	return s.signedIn(c, http.StatusOK, in, false)
}

// logout handles POST /api/v1/auth/logout. It takes the cookie or the bearer token, and is never refused.
func (s *Server) logout(c *call) error {
	ctx := c.Request().Context()
	err := s.Accounts.SignOut(ctx, s.refreshToken(c))
	if who, bad := s.Accounts.Authenticate(ctx, bearer(c)); err == nil && bad == nil {
		err = s.Accounts.EndSession(ctx, who.Session)
	}
	if err != nil {
		return err
	}
	s.setRefresh(c, "", 0)
	return c.NoContent(http.StatusNoContent)
}

// logoutAll handles POST /api/v1/auth/logout-all.
func (s *Server) logoutAll(c *call) error {
	if err := s.Accounts.SignOutEverywhere(c.Request().Context(), c.who.User.ID); err != nil {
		return err
	}
	s.setRefresh(c, "", 0)
	return c.NoContent(http.StatusNoContent)
}

// ResetBody sets a password with the token of a one-time link.
type ResetBody struct {
	Token    string `json:"token" required:"true"`
	Password string `json:"password" required:"true"`
}

// resetPassword handles POST /api/v1/auth/reset-password.
func (s *Server) resetPassword(c *call) error {
	var b ResetBody
	if err := c.decode(&b); err != nil {
		return err
	}
	if err := s.Accounts.ResetPassword(c.Request().Context(), doorward.Secret(b.Token), doorward.Secret(b.Password)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// me handles GET /api/v1/me.
func (s *Server) me(c *call) error { return c.JSON(http.StatusOK, wireUser(c.who.User)) }

// MeBody changes the own account.
type MeBody struct {
	Name string `json:"name"`
}

// patchMe handles PATCH /api/v1/me.
func (s *Server) patchMe(c *call) error {
	b := MeBody{Name: c.who.User.Name}
	if err := c.decode(&b); err != nil {
		return err
	}
	u, err := s.Accounts.Rename(c.Request().Context(), c.who.User.ID, b.Name)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, wireUser(u))
}

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/doorward/doorward/pkg/account"
	"github.com/doorward/doorward/pkg/app"
	"github.com/doorward/doorward/pkg/doorward"
)

// user adds, lists and unlocks accounts and lets a password be set anew, beside a running server or without one.
func user(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%w: doorward user add | list | unlock | reset-password", errUsage)
	}
	switch args[0] {
	case "add":
		return userAdd(ctx, args[1:])
	case "list":
		return userList(ctx, args[1:])
	case "unlock":
		return userUnlock(ctx, args[1:])
	case "reset-password":
		return userResetPassword(ctx, args[1:])
	default:
		return fmt.Errorf("%w: doorward user add | list | unlock | reset-password", errUsage)
	}
}

func userAdd(ctx context.Context, args []string) error {
	s := newSettings("user add").serving()
	email := s.flags.String("email", "", "e-mail `address`")
	name := s.flags.String("name", "", "`name`")
	fromStdin := s.flags.Bool("password-stdin", false, "read the password from standard input; without it a link to set one is printed")
	if err := s.parse(args); err != nil {
		return err
	}
	if *email == "" || *name == "" {
		return fmt.Errorf("%w: user add takes --email and --name", errUsage)
	}
	origin, err := s.origin()
	if err != nil {
		return err
	}
	r := account.Registration{Email: *email, Name: *name}
	if *fromStdin {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading the password: %w", err)
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return errors.New("reading the password: there is none on standard input")
		}
		r.Password = doorward.Secret(line)
	}
	return withAccounts(ctx, s.data, func(accounts *account.Accounts) error {
		u, err := accounts.Add(ctx, r)
		if err != nil {
			return err
		}
		fmt.Println("Added", u.Email)
		if *fromStdin {
			return nil
		}
		return printResetLink(ctx, accounts, u, origin)
	})
}

// origin is where the links of a command lead: BASE_URL, or where serve would be reached.
func (s *settings) origin() (string, error) {
	c, err := s.config()
	if err != nil || c.BaseURL != "" {
		return c.BaseURL, err
	}
	return app.DefaultOrigin(c.Listen)
}

// printResetLink prints a one-time link that sets the password of an account.
func printResetLink(ctx context.Context, accounts *account.Accounts, u doorward.User, origin string) error {
	token, err := accounts.SetPasswordToken(ctx, u.ID)
	if err != nil {
		return err
	}
	fmt.Printf("Set the password here, within a day:\n  %s/reset#token=%s\n", origin, token.Reveal())
	return nil
}

func userResetPassword(ctx context.Context, args []string) error {
	s := newSettings("user reset-password").serving()
	email := s.flags.String("email", "", "e-mail `address`")
	if err := s.parse(args); err != nil {
		return err
	}
	origin, err := s.origin()
	if err != nil {
		return err
	}
	return withAccounts(ctx, s.data, func(accounts *account.Accounts) error {
		u, err := accounts.ByEmail(ctx, *email)
		if err != nil {
			return err
		}
		return printResetLink(ctx, accounts, u, origin)
	})
}

func userUnlock(ctx context.Context, args []string) error {
	s := newSettings("user unlock")
	email := s.flags.String("email", "", "e-mail `address`")
	if err := s.parse(args); err != nil {
		return err
	}
	if *email == "" {
		return fmt.Errorf("%w: user unlock takes --email", errUsage)
	}
	return withAccounts(ctx, s.data, func(accounts *account.Accounts) error {
		u, err := accounts.ByEmail(ctx, *email)
		if err != nil {
			return err
		}
		had, err := accounts.Unlock(ctx, u.Email)
		switch {
		case err != nil:
			return err
		case had:
			fmt.Println("Unlocked", u.Email)
		default:
			fmt.Println(u.Email, "was not locked")
		}
		return nil
	})
}

func userList(ctx context.Context, args []string) error {
	s := newSettings("user list")
	if err := s.parse(args); err != nil {
		return err
	}
	return withAccounts(ctx, s.data, func(accounts *account.Accounts) error {
		users, err := accounts.List(ctx)
		for _, u := range users {
			fmt.Printf("%s\t%s\t%s\n", u.ID, u.Email, u.Name)
		}
		return err
	})
}

func withAccounts(ctx context.Context, data string, use func(*account.Accounts) error) error {
	accounts, db, err := app.OpenAccounts(ctx, data)
	if err != nil {
		return err
	}
	return errors.Join(use(accounts), db.Close())
}

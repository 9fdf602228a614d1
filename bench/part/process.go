package part

import (
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"os/exec"
	"time"
)

// Command says how to start a part: a program and its arguments before the role.
type Command struct {
	Program string
	Args    []string
	Env     []string // beside the environment of this process
}

// Process is a part that runs.
type Process struct {
	role   string
	cmd    *exec.Cmd
	client *rpc.Client
}

// pipe is a pair of streams as one connection.
type pipe struct {
	io.Reader
	io.WriteCloser
}

// Start starts a part.
func (c Command) Start(role string) (*Process, error) {
	cmd := exec.Command(c.Program, append(c.Args, role)...)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), c.Env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("part %s: %w", role, err)
	}
	return &Process{role: role, cmd: cmd, client: jsonrpc.NewClient(pipe{out, in})}, nil
}

// Call has the part do something and waits for its answer.
func (p *Process) Call(method string, args, reply any) error {
	if err := p.client.Call(p.role+"."+method, args, reply); err != nil {
		return fmt.Errorf("%s: %s: %w", p.role, method, err)
	}
	return nil
}

// PID is the process's number.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// endTime is how long a part may take to end by itself.
const endTime = 10 * time.Second

// Stop ends the part.
func (p *Process) Stop() error {
	err := p.client.Close()
	late := time.AfterFunc(endTime, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	if wait := p.cmd.Wait(); wait != nil {
		return fmt.Errorf("part %s: %w", p.role, wait)
	}
	return err
}

// Serve answers calls to service under the name of role until in ends.
func Serve(role string, service any, in io.Reader, out io.WriteCloser) error {
	if err := raiseFiles(); err != nil {
		return err
	}
	server := rpc.NewServer()
	if err := server.RegisterName(role, service); err != nil {
		return fmt.Errorf("part %s: %w", role, err)
	}
	server.ServeCodec(jsonrpc.NewServerCodec(pipe{in, out}))
	if closer, ok := service.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// ErrRole tells that there is no such part.
var ErrRole = errors.New("no such part")

// None is an argument or answer that says nothing.
type None struct{}

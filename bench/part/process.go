package part

import (
	"context"
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
	spared func() bool // no longer ended with the context
}

// pipe is a pair of streams as one connection.
type pipe struct {
	io.Reader
	io.WriteCloser
}

// Start starts a part. When ctx ends the part is told to end, and a little
// later killed: whatever it was called for fails then.
func (c Command) Start(ctx context.Context, role string) (*Process, error) {
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
	p := &Process{role: role, cmd: cmd, client: jsonrpc.NewClient(pipe{out, in})}
	p.spared = context.AfterFunc(ctx, p.abort)
	return p, nil
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

const (
	// endTime is how long a part may take to end by itself,
	endTime = 10 * time.Second
	// abortTime when somebody waits who broke the run off.
	abortTime = 2 * time.Second
)

// abort ends the part in the middle of whatever it does.
func (p *Process) abort() {
	_ = p.client.Close()
	time.AfterFunc(abortTime, func() { _ = p.cmd.Process.Kill() }) // fails when it is gone
}

// Stop ends the part.
func (p *Process) Stop() error {
	p.spared()
	err := p.client.Close()
	if errors.Is(err, rpc.ErrShutdown) {
		err = nil
	}
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

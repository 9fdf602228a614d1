// Command llbot holds QQ accounts and serves them to bot programs over
// OneBot 11, Milky and Satori. Without arguments it runs a simulated QQ.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"llbot/bench"
	"llbot/runtime"
	"llbot/runtime/config"

	"github.com/alecthomas/kong"
)

type commands struct {
	configured
	Version kong.VersionFlag `help:"Print the version and exit. 版本"`

	Run     runCommand       `cmd:"" default:"withargs" help:"Run the server (the default). 启动服务"`
	Say     sayCommand       `cmd:"" help:"Speak as somebody in the simulated QQ. 扮演群友或好友发言"`
	Events  eventsCommand    `cmd:"" help:"Look into the event log; deliver from it again. 查看与重放事件"`
	Targets targetsCommand   `cmd:"" help:"See how deliveries are doing. 查看投递状态"`
	Sim     simCommand       `cmd:"" help:"Play the simulated QQ: people, clock, faults, chatter. 操纵模拟世界"`
	Bench   benchCommand     `cmd:"" help:"Measure this server, or another one, against what the machine can do. 性能测试"`
	API     apiCommand       `cmd:"" name:"api" help:"Print the reference of a protocol. 查看接口文档"`
	Init    initCommand      `cmd:"" help:"Write a commented configuration file. 生成配置文件"`
	Check   checkCommand     `cmd:"" help:"Say what a configuration would run. 检查配置文件"`
	Part    benchPartCommand `cmd:"" name:"bench-part" hidden:"" help:"One part of a measurement; started by bench."`
	Show    versionCommand   `cmd:"" name:"version" help:"Print the version. 版本"`
}

// console is where a command reads and writes.
type console struct {
	out, err io.Writer
	signals  context.Context // ends on SIGINT and SIGTERM
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(os.Args[1:], &console{out: os.Stdout, err: os.Stderr, signals: ctx}))
}

// run carries out one command line and answers the exit code: 0 fine, 1 it
// failed, 2 the command line is wrong, 130 a measurement
// was interrupted.
func run(args []string, c *console) (code int) {
	var cli commands
	exited := false
	if len(args) > 0 && args[0] == "help" {
		args = append(args[1:], "--help")
	}
	parser, err := kong.New(&cli, kong.Name("llbot"), kong.Writers(c.out, c.err), kong.Exit(func(n int) { code, exited = n, true }),
		kong.Description("A QQ bot server: OneBot 11, Milky and Satori at once. 同时支持 OneBot 11、Milky 与 Satori 的 QQ 机器人服务端"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Vars{"version": "llbot " + runtime.Version})
	if err != nil {
		return fail(c, err)
	}
	parsed, err := parser.Parse(args)
	if exited { // --help was printed
		return code
	}
	if err != nil {
		_, _ = fmt.Fprintf(c.err, "llbot: %v\nTry: %s --help\n", err, strings.TrimSuffix(self()+" "+command(err), " "))
		return 2
	}
	if err := parsed.Run(c, cli.configured); err != nil {
		return fail(c, err)
	}
	return 0
}

// command is the command that a wrong command line was for, "" when unknown.
func command(err error) string {
	wrong, ok := errors.AsType[*kong.ParseError](err)
	if !ok || wrong.Context.Selected() == nil {
		return ""
	}
	return wrong.Context.Selected().Path()
}

// self is how this program was called.
func self() string {
	if strings.Contains(os.Args[0], "go-build") { // a temporary file of "go run"
		return "go run ./cmd/llbot"
	}
	return os.Args[0]
}

// interruptedCode is the exit code of what Ctrl-C broke off, as in a shell.
const interruptedCode = 128 + int(syscall.SIGINT)

func fail(c *console, err error) int {
	if errors.Is(err, bench.ErrInterrupted) {
		_, _ = fmt.Fprintln(c.err, "llbot: interrupted")
		return interruptedCode
	}
	var faults config.Faults
	if errors.As(err, &faults) { // lines of their own, each with its place
		_, _ = fmt.Fprintln(c.err, faults)
		return 1
	}
	_, _ = fmt.Fprintf(c.err, "llbot: %v\n", err)
	return 1
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(c *console) error {
	_, err := fmt.Fprintln(c.out, "llbot "+runtime.Version)
	return err
}

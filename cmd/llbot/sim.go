package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"llbot/protocols/qq"
	"llbot/runtime/admin"
)

type simCommand struct {
	Do       doCommand       `cmd:"" help:"Let somebody do any operation. 扮演任何人执行任意操作"`
	Ops      opsCommand      `cmd:"" help:"List what people can do, with parameters. 列出全部操作"`
	Join     joinCommand     `cmd:"" help:"Ask to be let into a group. 申请入群"`
	Leave    leaveCommand    `cmd:"" help:"Leave a group. 退群"`
	Invite   inviteCommand   `cmd:"" help:"Invite somebody into a group. 邀请入群"`
	Friend   friendCommand   `cmd:"" help:"Ask somebody to be a friend. 申请好友"`
	Approve  approveCommand  `cmd:"" help:"Agree to a request of a friend or for a group. 同意请求"`
	Reject   rejectCommand   `cmd:"" help:"Refuse such a request. 拒绝请求"`
	Recall   recallCommand   `cmd:"" help:"Take a message back. 撤回消息"`
	Nudge    nudgeCommand    `cmd:"" help:"Poke somebody. 戳一戳"`
	Upload   uploadCommand   `cmd:"" help:"Put a file into a chat. 上传文件"`
	Mute     muteCommand     `cmd:"" help:"Silence a member; 0 lifts it. 禁言"`
	Kick     kickCommand     `cmd:"" help:"Remove a member. 踢人"`
	Card     cardCommand     `cmd:"" help:"Change a member's card. 群名片"`
	Admin    adminCommand    `cmd:"" help:"Make a member admin, or take that away. 管理员"`
	AddUser  addUserCommand  `cmd:"" help:"Bring a new person into the world. 新增用户"`
	AddGroup addGroupCommand `cmd:"" help:"Found a group. 新建群"`
	Clock    clockCommand    `cmd:"" help:"See or set the world's clock. 模拟时钟"`
	Fault    faultCommand    `cmd:"" help:"Make things go wrong on demand. 故障注入"`
	Traffic  trafficCommand  `cmd:"" help:"Let people chat at a rate. 模拟群聊流量"`
	Dump     dumpCommand     `cmd:"" help:"Write the world down as a scene. 导出世界"`
	Generate generateCommand `cmd:"" help:"Make up a big world; needs no server. 生成世界"`
}

// simulated is how commands reach a simulated world.
type simulated struct {
	remote
	World string `help:"Which world, when the configuration has several; that of the first account by default. 世界" name:"sim-world" placeholder:"NAME"`
}

func (s simulated) connect(flags configured) (admin.SimClient, error) {
	client, err := s.client(flags)
	return admin.SimClient{Client: client, World: s.World}, err
}

// played is a command by which somebody does something.
type played struct {
	simulated
	As int64 `help:"Who does it. 操作者" placeholder:"QQ" required:""`
}

// with are the parameters of an operation.
type with map[string]any

func (p played) do(c *console, flags configured, op string, params with) error {
	client, err := p.connect(flags)
	if err != nil {
		return err
	}
	text, err := json.Marshal(params)
	if err != nil {
		return err
	}
	answer, err := client.Do(c.signals, qq.UserID(p.As), op, text)
	if err != nil {
		return err
	}
	if string(answer) == "null" {
		_, err = fmt.Fprintln(c.out, "done")
		return err
	}
	var indented strings.Builder
	enc := json.NewEncoder(&indented)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(json.RawMessage(answer)); err != nil {
		return err
	}
	_, err = fmt.Fprint(c.out, indented.String())
	return err
}

type doCommand struct {
	played
	Op     string   `arg:"" help:"The operation, such as MuteMember; \"llbot sim ops\" lists them."`
	Params []string `arg:"" optional:"" help:"Parameters: name=value; a value is JSON or text, @FILE is a file's content." placeholder:"NAME=VALUE"`
}

// Run lets somebody do any operation.
func (d doCommand) Run(c *console, flags configured) error {
	params := with{}
	for _, p := range d.Params {
		name, value, ok := strings.Cut(p, "=")
		if !ok || name == "" {
			return fmt.Errorf("%q is no parameter: write name=value", p)
		}
		v, err := parameter(value)
		if err != nil {
			return err
		}
		if err := params.set(strings.Split(name, "."), v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return d.do(c, flags, d.Op, params)
}

// set puts a value under a name, or under a name within what has another.
func (w with) set(path []string, v any) error {
	if len(path) == 1 {
		if _, twice := w[path[0]]; twice {
			return fmt.Errorf("given twice")
		}
		w[path[0]] = v
		return nil
	}
	inner, ok := w[path[0]].(with)
	if !ok {
		if w[path[0]] != nil {
			return fmt.Errorf("%s has a value of its own", path[0])
		}
		inner = with{}
		w[path[0]] = inner
	}
	return inner.set(path[1:], v)
}

// parameter reads a value: JSON where it is that, a file, or else text.
func parameter(text string) (any, error) {
	if file, ok := strings.CutPrefix(text, "@"); ok {
		return fileParameter(file)
	}
	if json.Valid([]byte(text)) {
		return json.RawMessage(text), nil
	}
	return text, nil
}

// fileParameter sends a file inside the request: the server need not be allowed
// to read our files.
func fileParameter(path string) (any, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return with{"uri": "base64://" + base64.StdEncoding.EncodeToString(content), "name": filepath.Base(path)}, nil
}

type opsCommand struct {
	simulated
	rendering
	Word string `arg:"" optional:"" help:"Only those that have this word in name, area or sentence."`
}

// Run lists the operations; it needs no server.
func (o opsCommand) Run(c *console) error {
	var list []admin.OperationInfo
	word := strings.ToLower(o.Word)
	for _, op := range admin.Operations() {
		if strings.Contains(strings.ToLower(op.Name+" "+op.Area+" "+op.Class+" "+op.Sentence), word) {
			list = append(list, op)
		}
	}
	return o.show(c, admin.OperationList{Operations: list}, func() error {
		area := ""
		for _, op := range list {
			if op.Area != area {
				area = op.Area
				_, _ = fmt.Fprintf(c.out, "\n%s\n", area)
			}
			var params []string
			for _, p := range op.Params {
				params = append(params, p.Name+"="+p.Form)
			}
			_, _ = fmt.Fprintf(c.out, "  %-20s %s\n", op.Name, op.Sentence)
			if len(params) > 0 {
				_, _ = fmt.Fprintf(c.out, "  %-20s   %s\n", "", strings.Join(params, " "))
			}
		}
		return nil
	})
}

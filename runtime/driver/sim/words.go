package sim

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// The words that generated people, groups and chatter are made of.

func surnames() []string {
	return strings.Fields("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗")
}

func givenNames() []string {
	return strings.Fields("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 涛 明 超 霞 平 刚 雪 小雨 子涵 一诺 浩然 欣怡 梓萱 晨曦 若曦")
}

func latinNames() []string {
	return strings.Fields("Alex Bella Chris Dana Eli Fay Gus Hana Ivan Jo Kai Lena Max Nora Omar Pia Quinn Rosa Sam Tess Uma Vera Will Xena Yara Zoe")
}

func cities() []string {
	return strings.Fields("北京 上海 广州 深圳 杭州 成都 武汉 西安 南京 重庆 天津 苏州")
}

func titles() []string {
	return strings.Fields("龙王 元老 吉祥物 课代表 萌新 大佬 摸鱼王")
}

func themes() []string {
	return strings.Fields("摄影 骑行 编程 围棋 读书 烹饪 电影 跑步 钓鱼 观鸟 吉他 手账 Minecraft Rust Go Linux 原神 天文 园艺 咖啡")
}

func places() []string {
	return strings.Fields("交流群 爱好者 同好会 俱乐部 学习小组 互助群 研究所 茶话会")
}

func sentences() []string {
	return []string{
		"早上好", "有人在吗?", "哈哈哈哈", "收到", "今天吃什么", "这个怎么弄啊", "谢谢大佬", "我也想知道", "晚上一起吗", "刚下班,好累",
		"good morning", "does anybody know how this works?", "lol", "thanks!", "brb", "that is what I thought", "see you tomorrow", "+1",
		"周末去爬山", "下雨了 ☔", "这图不错 👍", "猫又把键盘踩了 🐱", "求推荐", "等等,我看看", "没事了,解决了", "明天几点?",
	}
}

func nicknameBy(dice *rand.Rand) string {
	switch dice.IntN(3) {
	case 0:
		return pick(dice, latinNames())
	case 1:
		return pick(dice, latinNames()) + strconv.Itoa(dice.IntN(1000))
	}
	return pick(dice, surnames()) + pick(dice, givenNames())
}

func groupNameBy(dice *rand.Rand) string {
	return pick(dice, themes()) + pick(dice, places()) + strconv.Itoa(1+dice.IntN(99)) + "群"
}

func sentenceBy(dice *rand.Rand) string {
	text := pick(dice, sentences())
	if dice.IntN(4) == 0 {
		text += " " + pick(dice, sentences())
	}
	return text
}

import type { Texts } from "../en/aslive";

export const texts: Texts = {
  onDemand: "点播",
  onDemandHint: "观众可以从您的视频中选择。设置开始时间后，播放列表会自动开播。",
  live: "仿直播",
  noStart: "设置开始时间，播放列表届时会自动开播。",
  noCountdown: "请开启倒计时：否则不会自动开播。",
  past: "该时间已过：请选择更晚的时间。",
  coming: "您的播放列表将自动开播",
  comingAt: (when) => `时间：${when}。`,
  missed: "您的播放列表未能开播",
  toSettings: "在设置中更改",
  plan: (when, length) => `将于${when}自动开播，时长 ${length}。`,
  same: "所有人看到同一时刻，聊天实时进行。在此之前，观众看到的是倒计时而不是视频。",
  nothing: "观众可见的视频都还没有准备好。",
  plays: "播放内容",
  notReady: "尚未准备好：将被跳过",
  leftOut: "因未准备好而跳过：",
  end: "它不会被录制：您的视频又可以单独观看了。",

  states: { waiting: "等待中", playing: "正在播出", ended: "已结束", missed: "已错过", failed: "失败" },
  reasons: {
    stopped: "您结束了它。",
    encoder: "开始时有编码器正在直播。",
    down: "服务器在整个时段内都未运行。",
    no_videos: "没有准备好的视频。",
    unreachable: "服务器始终没有让它接入。",
  },
};

"use strict";

const EXAMPLES = [
  "我们在郫都区做锂电池的，涂布厚度总是不均匀，想找专家看看",
  "你们收费不",
  "进度",
];
const PLACES = [
  ["郫都区 · 菁蓉镇", 30.8146, 103.8933, "四川省成都市郫都区德源街道菁蓉镇"],
  ["高新区 · 天府软件园", 30.5437, 104.0703, "四川省成都市武侯区天府大道中段天府软件园"],
  ["龙泉驿区 · 汽车城", 30.5563, 104.2733, "四川省成都市龙泉驿区车城大道"],
  ["绵阳市（成都以外）", 31.4675, 104.6796, "四川省绵阳市涪城区"],
];
const PROBLEMS = {
  not_following: "没有关注公众号，发不出去。请先在“＋”里点关注。",
  already_following: "已经关注了。",
  text: "这条消息太长或是空的。",
  image: "图片太大（上限 10 MB）或不是图片。",
};
const CHENGDU = { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" };
const KEPT_USER = "zhuli-simulator-user";

const byId = (id) => document.getElementById(id);
const state = { openid: "", seen: 0, loaded: false, follows: false, run: 0, lastDay: "", groupSeen: 0, groupUnread: 0, menu: "" };

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function call(path, options) {
  const response = await fetch(path, options);
  if (response.status === 204) return null;
  const body = await response.json();
  if (!response.ok) throw new Error(body.error || String(response.status));
  return body;
}

function post(path, body) {
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/* Text becomes text nodes; only http(s) addresses become links. */
function appendText(parent, text) {
  let from = 0;
  for (const match of text.matchAll(/https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/g)) {
    const address = match[0].replace(/[),.;]+$/, "");
    parent.append(text.slice(from, match.index), link(address, address));
    from = match.index + address.length;
  }
  parent.append(text.slice(from));
}

function link(address, text) {
  const anchor = element("a", "", text);
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

/* WeCom's markdown: bold, quotes, headings, links, three colours. */
function appendMarkdown(parent, text) {
  text.split("\n").forEach((line, index) => {
    const quoted = line.startsWith(">");
    const heading = /^#{1,6}\s/.test(line);
    const target = quoted ? element("blockquote") : heading ? element("strong") : parent;
    if (index && !quoted && !(parent.lastChild instanceof HTMLQuoteElement)) parent.append("\n");
    appendMarks(target, line.replace(/^(>|#{1,6}\s)\s*/, ""));
    if (target !== parent) parent.append(target);
  });
}

function appendMarks(parent, line) {
  const marks = /\*\*(.+?)\*\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)|<font color="?(info|comment|warning)"?>(.*?)<\/font>/g;
  let from = 0;
  for (const match of line.matchAll(marks)) {
    appendText(parent, line.slice(from, match.index));
    if (match[1]) parent.append(element("strong", "", match[1]));
    else if (match[2]) parent.append(link(match[3], match[2]));
    else parent.append(element("span", match[4], match[5]));
    from = match.index + match[0].length;
  }
  appendText(parent, line.slice(from));
}

function bubble(entry) {
  const box = element("div", "bubble");
  const data = entry.data;
  switch (entry.kind) {
    case "image": {
      const picture = element("img");
      picture.src = `wechat-api/picture/${encodeURIComponent(data.media_id)}`;
      picture.alt = "图片";
      box.append(picture);
      break;
    }
    case "voice": box.append(`语音 ${data.seconds ?? ""}″`); break;
    case "video": box.append("▶ 视频"); break;
    case "location": box.append("📍 ", entry.text, element("span", "label", `${data.latitude}, ${data.longitude}`)); break;
    case "link": box.append(element("span", "label", "链接"), entry.text); break;
    case "sticker": box.append("［表情］"); break;
    case "template":
    case "subscription": box.append(...card(entry)); break;
    case "markdown":
    case "markdown_v2": appendMarkdown(box, entry.text); break;
    default: appendText(box, entry.text);
  }
  return box;
}

function card(entry) {
  const list = element("dl");
  for (const [label, value] of Object.entries(entry.data.fields || {})) {
    list.append(element("dt", "", label), element("dd", "", value));
  }
  return [element("span", "label", "服务通知"), element("strong", "", entry.text), list];
}

function row(entry) {
  if (entry.side === "note") {
    const bad = ["timed_out", "unreachable", "http_error", "invalid", "out_of_service"].includes(entry.kind);
    return element("li", bad ? "note bad" : "note", entry.text);
  }
  const item = element("li", entry.side);
  const faces = { user: "我", bot: "助", group: "机" };
  const face = element("span", "face", faces[entry.side] || "");
  face.setAttribute("aria-hidden", "true");
  const box = element("div", "message");
  box.append(bubble(entry));
  if (entry.data.by === "service") box.append(element("span", "by", "客服消息（公众号主动发出）"));
  item.append(face, box);
  return item;
}

function show(list, entries) {
  const stick = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  for (const entry of entries) {
    list.querySelector(".empty")?.remove();
    const minute = new Date(entry.at).toLocaleString("zh-CN", CHENGDU);
    if (list.dataset.minute !== minute) {
      list.append(element("li", "time", minute));
      list.dataset.minute = minute;
    }
    list.append(row(entry));
  }
  if (entries.length && stick) list.scrollTop = list.scrollHeight;
}

function clearChat(list, words) {
  list.replaceChildren(element("li", "empty", words));
  delete list.dataset.minute;
}

function showState(body) {
  state.follows = body.follows;
  byId("typing").hidden = !body.typing;
  byId("follow").textContent = body.follows ? "取消关注" : "关注";
  const { left, until } = body.allowance;
  const end = until ? new Date(until).toLocaleString("zh-CN", CHENGDU) : "";
  byId("allowance").textContent = until
    ? `微信的限额：公众号现在还可主动发 ${left} 条（至 ${end}）；用户每发一条消息恢复为 5 条、48 小时。`
    : "微信的限额：用户发消息之前，公众号不能主动发消息。";
  showMenu(body.menu);
}

function showMenu(buttons) {
  const key = JSON.stringify(buttons);
  if (key === state.menu) return;
  state.menu = key;
  byId("menu").hidden = !buttons.length;
  byId("menu").replaceChildren(...buttons.map((item) => {
    const below = item.sub_button || [];
    const button = menuButton(item);
    if (!below.length) return button;
    const box = element("div", "group-button");
    const list = element("div", "sub");
    list.hidden = true;
    list.append(...below.map(menuButton));
    button.setAttribute("aria-expanded", "false");
    box.addEventListener("click", () => {
      list.hidden = !list.hidden;
      button.setAttribute("aria-expanded", String(!list.hidden));
    });
    box.append(list, button);
    return box;
  }));
}

function menuButton(item) {
  const button = element("button", "", item.sub_button?.length ? `≡ ${item.name}` : item.name);
  button.type = "button";
  if (item.key) button.addEventListener("click", () => act({ type: "click", key: item.key, label: item.name }));
  return button;
}

/* Numbered choices of the last answer as buttons; examples before the first message. */
function showQuick(entries) {
  const last = [...entries].reverse().find((entry) => entry.side !== "note");
  const quick = byId("quick");
  if (!last && quick.childElementCount) return;
  const text = last && last.side === "bot" ? last.text : "";
  const digits = [...new Set([...text.matchAll(/(?:^|[\s，、；,;。：:复])([1-9])(?=[\s.、：:．）)，；,;]|$)/gm)].map((m) => m[1]))];
  const options = !last ? EXAMPLES : text && /回复/.test(text) ? digits : [];
  quick.replaceChildren(...options.map((option) => {
    const button = element("button", "", option);
    button.type = "button";
    button.title = option;
    button.addEventListener("click", () => act({ type: "text", text: option }));
    return button;
  }));
}

async function act(given) {
  try {
    await post(`api/phones/${state.openid}/messages`, given);
  } catch (error) {
    problem(error);
  }
}

function problem(error) {
  byId("chat").append(element("li", "note bad", PROBLEMS[error.message] || `没有发出去（${error.message}）`));
  byId("chat").scrollTop = byId("chat").scrollHeight;
}

async function follow(run) {
  while (run === state.run) {
    try {
      const body = await call(`api/phones/${state.openid}/events?after=${state.seen}&wait=${state.loaded ? 4 : 0}`);
      if (run !== state.run) return;
      showState(body);
      if (body.events.length || !state.loaded) {
        show(byId("chat"), body.events);
        showQuick(body.events);
      }
      state.loaded = true;
      state.seen = body.events.length ? body.events[body.events.length - 1].seq : state.seen;
    } catch {
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

async function followGroup() {
  for (;;) {
    try {
      const body = await call(`api/robots/events?after=${state.groupSeen}&wait=4`);
      if (body.events.length) {
        show(byId("group-chat"), body.events);
        state.groupSeen = body.events[body.events.length - 1].seq;
        if (!byId("group").classList.contains("shown")) state.groupUnread += body.events.length;
        showUnread();
      }
    } catch {
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

function showUnread() {
  byId("group-new").hidden = !state.groupUnread;
  byId("group-new").textContent = `●${state.groupUnread}`;
}

function choose(openid) {
  state.openid = openid;
  state.seen = 0;
  state.loaded = false;
  state.run += 1;
  try { localStorage.setItem(KEPT_USER, openid); } catch { /* private mode */ }
  byId("users").value = openid;
  byId("quick").replaceChildren();
  clearChat(byId("chat"), "把遇到的技术问题发给助力通，想怎么说就怎么说。");
  follow(state.run);
}

async function loadUsers() {
  let body = await call("api/phones");
  if (!body.phones.length) {
    await post("api/phones", { subscribe: true });
    body = await call("api/phones");
  }
  byId("account").textContent = body.account;
  byId("users").replaceChildren(...body.phones.map((phone) => new Option(phone.name, phone.openid)));
  return body.phones;
}

async function newUser() {
  try {
    const phone = await post("api/phones", { subscribe: true });
    await loadUsers();
    choose(phone.openid);
  } catch (error) {
    problem(error);
  }
}

function select(name) {
  for (const id of ["phone", "group"]) {
    byId(id).classList.toggle("shown", id === name);
    byId(`tab-${id}`).setAttribute("aria-selected", String(id === name));
  }
  if (name === "group") {
    state.groupUnread = 0;
    showUnread();
  }
  for (const list of document.querySelectorAll(".chat")) list.scrollTop = list.scrollHeight;
}

function grow() {
  const box = byId("text");
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

function submit(event) {
  event.preventDefault();
  const text = byId("text").value;
  if (!text.trim()) return;
  byId("text").value = "";
  grow();
  act({ type: "text", text });
}

async function sendPicture(file) {
  try {
    const options = { method: "POST", headers: { "Content-Type": file.type }, body: file };
    await call(`api/phones/${state.openid}/images`, options);
  } catch (error) {
    problem(error);
  }
}

const ACTS = {
  picture: () => byId("file").click(),
  voice: () => act({ type: "voice", seconds: 6 }),
  video: () => act({ type: "video" }),
  location: () => {
    const [, latitude, longitude, label] = PLACES[Number(byId("place").value)];
    act({ type: "location", latitude, longitude, label });
  },
  link: () => act({ type: "link", title: "行业新闻：极片涂布工艺", description: "示例链接", url: "https://example.com/news" }),
  sticker: () => act({ type: "sticker" }),
  scan: () => act({ type: "scan", key: "demo", label: "" }),
  follow: () => act({ type: state.follows ? "unsubscribe" : "subscribe" }),
};

async function start() {
  clearChat(byId("group-chat"), "有需求派到服务站时，群机器人在这里通知联络员。");
  byId("place").replaceChildren(...PLACES.map(([name], index) => new Option(name, String(index))));
  byId("compose").addEventListener("submit", submit);
  byId("text").addEventListener("input", grow);
  byId("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  });
  byId("users").addEventListener("change", (event) => choose(event.target.value));
  byId("new-user").addEventListener("click", newUser);
  byId("file").addEventListener("change", (event) => {
    if (event.target.files.length) sendPicture(event.target.files[0]);
    event.target.value = "";
  });
  byId("more").addEventListener("click", () => {
    const panel = byId("panel");
    panel.hidden = !panel.hidden;
    byId("more").setAttribute("aria-expanded", String(!panel.hidden));
  });
  for (const button of byId("panel").querySelectorAll("button")) {
    button.addEventListener("click", () => ACTS[button.dataset.act]());
  }
  for (const id of ["phone", "group"]) byId(`tab-${id}`).addEventListener("click", () => select(id));
  select("phone");
  followGroup();
  const phones = await loadUsers();
  let kept = "";
  try { kept = localStorage.getItem(KEPT_USER) || ""; } catch { /* private mode */ }
  choose(phones.some((phone) => phone.openid === kept) ? kept : phones[phones.length - 1].openid);
}

start();

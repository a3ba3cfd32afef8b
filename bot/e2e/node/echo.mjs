// A small app on Slack's own SDK. It answers every gesture with what it did, and
// prints one line per step of the self-test that "/echo all" runs, so that the
// local workspace can be judged by it.
import bolt from "@slack/bolt";
import { setTimeout as wait } from "node:timers/promises";

const env = process.env;
const http = env.ECHO_PORT !== undefined;
const app = new bolt.App({
  token: env.SLACK_BOT_TOKEN,
  ...(http ? { signingSecret: env.SLACK_SIGNING_SECRET } : { socketMode: true, appToken: env.SLACK_APP_TOKEN }),
  clientOptions: { slackApiUrl: env.SLACK_API_URL },
  logLevel: "error",
});

const plain = (text) => ({ type: "plain_text", text });
const mrkdwn = (text) => ({ type: "mrkdwn", text });
const button = (action_id, text, more) => ({ type: "button", action_id, text: plain(text), value: action_id + "-value", ...more });
const card = (text) => [
  { type: "section", text: mrkdwn(text) },
  { type: "actions", elements: [button("press", "Press"), button("form", "Form", { style: "primary" }),
    { type: "overflow", action_id: "more", options: [{ text: plain("One"), value: "one" }, { text: plain("Two"), value: "two" }] }] },
];
const form = (title, blocks) => ({ type: "modal", callback_id: "form", title: plain(title), submit: plain("Send"), private_metadata: "kept", blocks });
const field = { type: "input", block_id: "say", label: plain("Say"), element: { type: "plain_text_input", action_id: "word" } };

// must runs a call that has to be refused and returns Slack's code.
async function must(call) {
  try { await call(); } catch (err) { return err.data?.error ?? String(err); }
  return "was not refused";
}

app.command("/echo", async ({ ack, command, client, respond, say }) => {
  const channel = command.channel_id;
  const reports = [];
  switch (command.text) {
    case "ack":
      await ack(`you said ${command.text} in ${command.channel_name}`);
      return;
    case "late":
      await wait(4000); // longer than Slack waits
      await ack().catch(() => {}); // and then it is too late
      return;
    case "card":
      await ack();
      await say({ text: "a card", blocks: card("*A* card") });
      return;
    case "all":
      await ack();
      break;
    default:
      await ack({ response_type: "in_channel", text: "echo: " + command.text });
      return;
  }
  const note = (what, value) => reports.push(`${what}: ${value}`);
  const me = await client.auth.test();
  note("auth", [me.ok, me.user_id, me.bot_id, me.team_id].join(" "));
  const posted = await client.chat.postMessage({ channel, text: "one", metadata: { event_type: "echo", event_payload: { n: 1 } } });
  note("post", [posted.channel === channel, /^\d{10}\.\d{6}$/.test(posted.ts), posted.message.text, posted.message.bot_id === me.bot_id].join(" "));
  const updated = await client.chat.update({ channel, ts: posted.ts, text: "two", blocks: card("two") });
  note("update", [updated.ts === posted.ts, updated.text].join(" "));
  const reply = await client.chat.postMessage({ channel, text: "in the thread", thread_ts: posted.ts });
  const thread = await client.conversations.replies({ channel, ts: posted.ts, include_all_metadata: true });
  note("thread", [thread.messages.length, thread.messages[0].metadata?.event_type, thread.messages[1].thread_ts === posted.ts, reply.ok].join(" "));
  note("permalink", (await client.chat.getPermalink({ channel, message_ts: posted.ts })).permalink.includes(channel));
  const ephemeral = await client.chat.postEphemeral({ channel, user: command.user_id, text: "for you" });
  note("ephemeral", /^\d{10}\.\d{6}$/.test(ephemeral.message_ts));
  const upload = await client.files.uploadV2({ channel_id: channel, filename: "note.txt", title: "A note", file: Buffer.from("some words"), initial_comment: "here" });
  note("upload", [upload.ok, upload.files[0].files[0].title].join(" "));
  let names = [];
  for await (const page of client.paginate("users.list", { limit: 1 })) names.push(...page.members.map((m) => m.name));
  note("paginate", names.includes("anna") && names.length > 1);
  const info = await client.users.info({ user: command.user_id });
  note("user", [info.user.name, info.user.is_bot].join(" "));
  const room = await client.conversations.info({ channel });
  note("channel", [room.channel.name, room.channel.is_channel, room.channel.is_ext_shared].join(" "));
  const direct = await client.conversations.open({ users: command.user_id });
  note("direct", (await client.chat.postMessage({ channel: direct.channel.id, text: "hello" })).channel.startsWith("D"));
  note("limit", (await client.chat.postMessage({ channel, text: "after a limit" })).ok); // the SDK waits and comes again
  note("no channel", await must(() => client.chat.postMessage({ channel: "C0NONE", text: "x" })));
  note("bad block", await must(() => client.chat.postMessage({ channel, text: "x", blocks: [{ type: "section" }] })));
  note("old trigger", await must(() => client.views.open({ trigger_id: "1.2.x", view: form("No", [field]) })));
  note("no scope", await must(() => client.conversations.join({ channel })));
  note("gone", await must(() => client.chat.update({ channel, ts: "1111111111.000001", text: "x" })));
  await client.chat.delete({ channel, ts: reply.ts });
  await respond({ text: "by response_url", response_type: "ephemeral" });
  await say("done\n" + reports.join("\n"));
});

app.action("press", async ({ ack, body, action, respond }) => {
  await ack();
  await respond({ replace_original: true, text: `pressed ${action.value} by ${body.user.id}`, blocks: [{ type: "section", text: mrkdwn(`pressed ${action.value}`) }] });
});

app.action("more", async ({ ack, action, say }) => {
  await ack();
  await say(`chose ${action.selected_option.value}`);
});

app.action("form", async ({ ack, body, client }) => {
  await ack();
  const opened = await client.views.open({ trigger_id: body.trigger_id, view: form("Loading", [{ type: "section", text: plain("…") }]) });
  const filled = await client.views.update({ view_id: opened.view.id, hash: opened.view.hash, view: form("Form", [field, { type: "actions", elements: [button("deeper", "Deeper")] }]) });
  const stale = await must(() => client.views.update({ view_id: opened.view.id, hash: opened.view.hash, view: form("Old", [field]) }));
  if (stale !== "hash_conflict" || filled.view.private_metadata !== "kept") throw new Error(`an old hash was answered ${stale}`);
});

app.action("deeper", async ({ ack, body, client }) => {
  await ack();
  await client.views.push({ trigger_id: body.trigger_id, view: form("Deeper", [field]) });
});

app.view("form", async ({ ack, body, view, client }) => {
  const word = view.state.values.say.word.value;
  if (word === "wrong") {
    await ack({ response_action: "errors", errors: { say: "another word, please" } });
    return;
  }
  await ack(view.title.text === "Deeper" ? { response_action: "clear" } : undefined);
  await client.chat.postMessage({ channel: env.ECHO_CHANNEL, text: `${view.title.text} said ${word} with ${view.private_metadata}` });
});

app.event("app_mention", async ({ event, say }) => say({ text: `you mentioned me: ${event.text.replace(/<[^>]*>\s*/, "")}`, thread_ts: event.ts }));

app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "header", text: plain("Home of the echo") }] } });
});

app.error(async (err) => console.error("echo failed:", err.original ?? err));
process.on("SIGINT", async () => { await app.stop(); process.exit(0); });
await app.start(http ? Number(env.ECHO_PORT) : undefined);
console.log("echo is up");

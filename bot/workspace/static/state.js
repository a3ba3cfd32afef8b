// What the page knows of the workspace and who acts.
import { get } from "./dom.js";

// team is the last answer of /ui/state with "me", the id of the acting user.
export const team = { users: [], channels: [], panels: [], commands: [], shortcuts: [] };

// entered keeps what people typed while messages and views are drawn anew:
// "place" -> block id -> action id -> value.
const typed = new Map();

export function entered(place) {
  if (!typed.has(place)) typed.set(place, {});
  return typed.get(place);
}

export function forget(place) { typed.delete(place); }

// people who can act: not the bot, not the deactivated.
export const people = () => team.users.filter((u) => !u.bot && !u.deactivated);

export async function loadState() {
  const me = sessionStorage.getItem("me") || team.me || "";
  let state = await get("state", { user: me });
  Object.assign(team, state);
  const chosen = people().find((u) => u.id === me) ?? people()[0];
  if (chosen && chosen.id !== me) Object.assign(team, await get("state", { user: chosen.id }));
  team.me = chosen?.id ?? "";
}

export function actAs(id) { sessionStorage.setItem("me", id); }

// seen remembers the newest message a person has looked at, per channel.
const seenKey = (channel) => `seen/${team.me}/${channel}`;
export const seen = (channel) => localStorage.getItem(seenKey(channel)) ?? "";
export function markSeen(channel, ts) { if (ts && ts > seen(channel)) localStorage.setItem(seenKey(channel), ts); }

// @ts-check
import { compactJson } from "./json-view.js";

/** @import { StreamEvent } from "./types.js" */

const numbers = new Intl.NumberFormat("en-US");
const previewLength = 200;
const tellingMembers = ["subject", "title", "message", "text", "name", "path", "status"];
const slowMs = 1_500;
const stallMs = 60_000;

/** @param {number} value */
export const formatNumber = value => numbers.format(value);

/**
 * "12 events", "1 event".
 * @param {number} count
 * @param {string} noun
 */
export const plural = (count, noun) => `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;

/**
 * One line that tells what is in a payload.
 * @param {StreamEvent} event
 */
export function preview({ payload }) {
  if (payload === undefined) return "";
  const members = payload !== null && typeof payload === "object" ? /** @type {Record<string, unknown>} */ (payload) : {};
  const telling = tellingMembers.map(name => members[name]).find(value => typeof value === "string" && value.trim() !== "");
  const text = typeof telling === "string" ? telling.slice(0, previewLength * 2) : compactJson(payload, previewLength);
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > previewLength ? `${line.slice(0, previewLength - 1)}…` : line;
}

/**
 * Time since the row before: "+6 ms", "+1.9 s", "+22 s", "+1 m 2 s", "+6 h 2 m", "+3 d 4 h".
 * @param {number} milliseconds
 */
export function formatDelta(milliseconds) {
  if (milliseconds < 1_000) return `+${milliseconds} ms`;
  if (milliseconds < 10_000) return `+${(Math.floor(milliseconds / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(milliseconds / 1_000);
  if (seconds < 60) return `+${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `+${minutes} m ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `+${hours} h ${minutes % 60} m` : `+${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/**
 * "now", "12 s ago", "4 m ago", "6 h ago", "3 d ago".
 * @param {string} createdAt
 * @param {number} now
 */
export function formatAgo(createdAt, now) {
  const seconds = Math.floor((now - Date.parse(createdAt)) / 1_000);
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}

/**
 * @param {number} milliseconds
 * @returns {"slow" | "stall" | undefined}
 */
export function deltaTone(milliseconds) {
  return milliseconds >= stallMs ? "stall" : milliseconds >= slowMs ? "slow" : undefined;
}

/** @param {number} part */
const two = part => String(part).padStart(2, "0");

/**
 * Local time of day: "9:38:29".
 * @param {string} createdAt
 */
export function formatClock(createdAt) {
  const at = new Date(createdAt);
  return `${at.getHours()}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const days = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

/**
 * "Today 9:37", "Tue 18 Nov 14:02", "Mon 25 Sep 2023 16:49".
 * @param {string} createdAt
 * @param {Date} now
 */
export function formatDay(createdAt, now) {
  const at = new Date(createdAt);
  const time = `${at.getHours()}:${two(at.getMinutes())}`;
  if (at.toDateString() === now.toDateString()) return `Today ${time}`;
  const year = at.getFullYear() === now.getFullYear() ? "" : ` ${at.getFullYear()}`;
  return `${days.format(at).replace(",", "")}${year} ${time}`;
}

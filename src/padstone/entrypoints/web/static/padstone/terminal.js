// A shared terminal: the keys of the PIN, the scan field that keeps the focus, the idle time, and what was
// entered on a page that somebody else, or the same person later, goes on with.
"use strict";

const KEPT = "padstone.kept:";
const KEPT_MS = 12 * 3600 * 1000;
const SCAN_PAUSE_MS = 10000;

function keepFocus(field) {
  let lastKey = 0;
  document.addEventListener("pointerup", (event) => {
    if (!event.target.closest("button, a, input, select, textarea")) field.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && document.activeElement === document.body) field.focus();
  });
  field.addEventListener("keydown", (event) => {
    const now = Date.now(); // half a scan from before does not spoil the next
    if (event.key.length === 1 && now - lastKey > SCAN_PAUSE_MS) field.value = "";
    lastKey = now;
  });
}

function digitKeys(keys, field) {
  keys.addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key || key.type === "submit") return;
    field.value = "delete" in key.dataset ? field.value.slice(0, -1) : field.value + key.dataset.digit;
    field.focus();
  });
}

function entered() {
  const skipped = ["hidden", "password", "file", "submit", "button"];
  return [...document.querySelectorAll("main input, main textarea, main select")].filter(
    (field) => field.name && !skipped.includes(field.type),
  );
}

function isChanged(field) {
  if (field.tagName === "SELECT") return [...field.options].some((one) => one.selected !== one.defaultSelected);
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}

function keepEntered() {
  const fields = entered();
  if (!fields.some(isChanged)) return;
  const values = fields.map((field) => [field.name, field.checked, field.value]);
  const key = KEPT + location.pathname + location.search;
  sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: values }));
}

function bringBackEntered() {
  const key = KEPT + location.pathname + location.search;
  const kept = JSON.parse(sessionStorage.getItem(key) || "null");
  sessionStorage.removeItem(key);
  if (!kept || Date.now() - kept.at > KEPT_MS) return;
  const fields = entered();
  if (fields.length !== kept.fields.length) return; // the page is not what it was
  fields.forEach((field, index) => {
    const [name, checked, value] = kept.fields[index];
    if (field.name !== name) return;
    if (field.type === "checkbox" || field.type === "radio") field.checked = checked;
    else field.value = value;
  });
}

function person(form) {
  const idle = Number(form.dataset.idleS) * 1000;
  const toldEvery = Math.min(20000, idle / 3);
  const shown = document.getElementById("idle");
  let lastAct = Date.now();
  let told = lastAct;
  let asking = null;
  let gone = false;

  async function tell() {
    asking = null;
    told = Date.now();
    const token = form.elements.csrfmiddlewaretoken.value;
    try {
      const answer = await fetch(form.dataset.here, { method: "POST", headers: { "X-CSRFToken": token } });
      if (answer.status === 409) away();
    } catch {
      // no network for a moment: the server counts the idle time by itself
    }
  }

  function away() {
    gone = true;
    keepEntered();
    location.assign(form.dataset.stand + "?next=" + encodeURIComponent(location.pathname + location.search));
  }

  function act() {
    lastAct = Date.now();
    if (asking === null) asking = setTimeout(tell, Math.max(0, told + toldEvery - lastAct));
  }

  function count() {
    if (gone) return;
    const left = Math.max(0, Math.ceil((lastAct + idle - Date.now()) / 1000));
    shown.hidden = false;
    shown.classList.toggle("late", left <= 30);
    shown.querySelector("[data-calm]").hidden = left <= 30;
    shown.querySelector("[data-late]").hidden = left > 30;
    shown.querySelector("[data-left]").textContent =
      Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
    if (left > 0) return;
    gone = true;
    keepEntered();
    form.elements.why.value = "idle";
    form.elements.next.value = location.pathname + location.search;
    form.submit();
  }

  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    document.addEventListener(kind, act, { passive: true, capture: true });
  }
  bringBackEntered();
  const scan = document.querySelector("form.scan");
  if (scan) {
    scan.addEventListener("submit", () => {
      scan.elements.next.value = location.pathname + location.search;
      keepEntered();
    });
  }
  count();
  setInterval(count, 1000);
}

for (const field of document.querySelectorAll("[data-keep-focus]")) keepFocus(field);
const keys = document.querySelector(".keys");
if (keys) digitKeys(keys, document.getElementById("pin"));
const on = document.getElementById("on");
if (on) person(on);

// Shows the list of products anew without loading the page: a facet ticked, a filter taken away, a
// page turned. The address changes as if a link had been followed, so that going back, keeping and
// sending it work. Without JavaScript the same forms and links load the page.
"use strict";

const said = document.createElement("p");
said.className = "vh";
said.setAttribute("role", "status");
document.body.append(said);
let asking = new AbortController();
let shown = listAt(location);

/** Without the place on the page. */
function listAt(address) {
  return address.pathname + address.search;
}

/** What is ticked for a comparison stays ticked, on this page of the list or another. */
function withTicks(address) {
  const chosen = new Set(address.searchParams.getAll("p"));
  for (const box of document.querySelectorAll("main .res input[name=p]")) {
    chosen[box.checked ? "add" : "delete"](box.value);
  }
  address.searchParams.delete("p");
  for (const value of chosen) address.searchParams.append("p", value);
  return address;
}

function addressOf(form) {
  const address = new URL(form.getAttribute("action"), location.href);
  for (const [name, value] of new FormData(form)) {
    if (value) address.searchParams.append(name, value);
  }
  return withTicks(address);
}

/** The same control in the new page, where there still is one. */
function twinOf(control) {
  if (!control || !control.name) return null;
  const named = document.getElementsByName(control.name);
  const isChoice = control.type === "checkbox" || control.type === "radio";
  return [...named].find((one) => !isChoice || one.value === control.value) || null;
}

function put(page) {
  shown = listAt(location);
  const focused = document.activeElement;
  const stood = focused.getBoundingClientRect().top;
  const hadFocus = document.querySelector("main").contains(focused);
  const open = new Set(
    [...document.querySelectorAll("main fieldset details[open]")].map(
      (one) => one.closest("fieldset").querySelector("legend").textContent,
    ),
  );
  document.querySelector("main").replaceWith(document.importNode(page.querySelector("main"), true));
  document.title = page.title;
  for (const one of document.querySelectorAll("main fieldset")) {
    const folded = one.querySelector("details");
    if (folded && open.has(one.querySelector("legend").textContent)) folded.open = true;
  }
  const twin = hadFocus && twinOf(focused);
  if (twin) {
    twin.focus({ preventScroll: true });
    window.scrollBy(0, twin.getBoundingClientRect().top - stood); // under the finger as before
  } else if (hadFocus) {
    document.querySelector("main [data-count]").focus();
  }
  said.textContent = document.querySelector("main [data-count]").textContent;
}

async function show(address) {
  asking.abort();
  asking = new AbortController();
  const answer = await fetch(address, { credentials: "same-origin", signal: asking.signal });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.querySelector("main [data-count]")) throw new Error("another page");
  return () => put(page);
}

async function go(address) {
  try {
    const putIt = await show(address);
    if (address.href !== location.href) history.pushState(null, "", address);
    putIt();
  } catch (fault) {
    if (fault.name !== "AbortError") location.assign(address); // the server says what is wrong
  }
}

const isList = (address) =>
  address.origin === location.origin && address.pathname === location.pathname;

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && form.id === "facets") go(addressOf(form));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get" || !isList(new URL(form.getAttribute("action"), location.href))) return;
  event.preventDefault();
  go(addressOf(form));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("main a[href]");
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || event.button !== 0 || !isPlain || !isList(new URL(link.href)) || link.hash) return;
  event.preventDefault();
  go(withTicks(new URL(link.href)));
});

window.addEventListener("popstate", async () => {
  if (listAt(location) === shown) return; // another place on the same page
  try {
    (await show(new URL(location.href)))();
  } catch (fault) {
    if (fault.name !== "AbortError") location.reload();
  }
});

// Asks for the same page again until it no longer carries `data-refresh`, and shows what changed.
// Without JavaScript the page reloads itself through a `meta` element.
"use strict";

const FIRST_MS = 1000;
const SLOWEST_MS = 5000;

async function freshPage() {
  const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function show(page) {
  const shown = document.querySelector("main");
  const fresh = page.querySelector("main");
  if (shown.textContent === fresh.textContent) return; // tokens of forms differ each time
  shown.replaceWith(document.importNode(fresh, true));
  if (page.title === document.title) return;
  document.title = page.title;
  const heading = document.querySelector("main h1");
  heading.setAttribute("tabindex", "-1");
  heading.focus({ preventScroll: true });
}

async function refreshUntilSettled() {
  let wait = FIRST_MS;
  while (document.querySelector("main [data-refresh]")) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 1.2, SLOWEST_MS);
    try {
      show(await freshPage());
    } catch {
      wait = SLOWEST_MS; // the service is away for a moment: nothing is lost, ask again
    }
  }
}

refreshUntilSettled();

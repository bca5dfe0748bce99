// Files can be dropped on the form, each is sent alone with its progress, and a fault of one leaves
// the others as they are. Without JavaScript the form sends them all at once.
"use strict";

const AT_ONCE = 2;

function enhance(form) {
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-files]");
  const said = form.querySelector("[data-said]");
  const button = form.querySelector("button");

  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      form.classList.add("over");
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("over");
  });
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    form.classList.remove("over");
    input.files = event.dataTransfer.files;
    button.focus();
  });
  form.addEventListener("submit", (event) => {
    const nonce = form.querySelector("input[name=nonce]");
    // What the form refuses as a whole is better told by the page itself.
    if (!input.files.length || (nonce && nonce.value && input.files.length > 1)) return;
    event.preventDefault();
    sendAll([...input.files]);
  });

  async function sendAll(files) {
    button.disabled = true;
    form.querySelector("[data-sent]").hidden = false;
    list.replaceChildren();
    const lines = files.map(lineFor);
    said.textContent = `Sending ${files.length} ${files.length === 1 ? "file" : "files"}.`;
    const runs = new Array(files.length).fill(null);
    let next = 0;
    async function sender() {
      while (next < files.length) {
        const at = next++;
        runs[at] = await send(files[at], lines[at]);
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    finish(runs);
  }

  function lineFor(file) {
    const line = document.createElement("li");
    const name = document.createElement("strong");
    const bar = document.createElement("progress");
    const words = document.createElement("span");
    name.textContent = file.name;
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `Sent of ${file.name}`);
    words.textContent = "waits";
    line.append(name, " ", bar, " ", words);
    list.append(line);
    return { line, bar, words };
  }

  function send(file, shown) {
    return new Promise((resolve) => {
      const body = new FormData(form);
      body.set(input.name, file, file.name);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.responseType = "document";
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        const percent = Math.floor((event.loaded / event.total) * 100);
        shown.bar.value = percent;
        shown.words.textContent = `${percent} %`;
      });
      request.addEventListener("error", () => resolve(refused(shown, "The connection broke. Send it again.")));
      request.addEventListener("load", () => {
        const run = /\/runs\/([0-9a-f-]{36})\/$/.exec(new URL(request.responseURL || location.href).pathname);
        if (request.status === 200 && run) return resolve(taken(shown, request.responseURL, run[1]));
        resolve(refused(shown, faultIn(request, file.name)));
      });
      request.send(body);
    });
  }

  function taken(shown, address, run) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = "stored, open the run";
    shown.bar.value = 100;
    shown.words.replaceChildren(link);
    return run;
  }

  function refused(shown, words) {
    shown.bar.remove();
    shown.words.textContent = words;
    shown.line.classList.add("fault");
    return null;
  }

  function faultIn(request, name) {
    const page = request.response;
    const told = page && (page.querySelector(".note.bad p, .fault p") || page.querySelector("h1"));
    return told ? told.textContent.trim().replace(`${name}: not`, "Not") : `Not taken (status ${request.status}). Send it again.`;
  }

  function finish(runs) {
    button.disabled = false;
    const stored = runs.filter(Boolean);
    if (stored.length < runs.length) {
      said.textContent = `${stored.length} of ${runs.length} files are stored. The others are named below.`;
      input.value = "";
      return;
    }
    const several = new URLSearchParams(stored.map((run) => ["run", run]));
    location.assign(stored.length === 1 ? `/runs/${stored[0]}/` : `${form.getAttribute("action")}?${several}`);
  }
}

document.querySelectorAll("form[data-upload]").forEach(enhance);

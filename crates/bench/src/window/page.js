// Opens one thread, writes in it and sends that, and says how long each took, in milliseconds.
//
// Painted is what stands in the page when a frame has been drawn: requestAnimationFrame comes before its
// drawing, a message that is posted there is read after it.
const [id, place, words, done] = arguments;

const rest = (ms) => new Promise((wake) => setTimeout(wake, ms));
const frame = () => new Promise((wake) => requestAnimationFrame(wake));
const painted = async () => {
  await frame();
  await new Promise((wake) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = wake;
    channel.port2.postMessage(0);
  });
  return performance.now();
};
// At any moment between two frames, as people click.
const anyMoment = () => rest(250 + Math.random() * 50);
const stands = (look) =>
  new Promise((wake) => {
    const see = () => {
      const it = look();
      if (it) {
        observer.disconnect();
        wake(it);
      }
    };
    const observer = new MutationObserver(see);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    see();
  });

const thread = () => document.querySelector(`[data-testid=thread][data-incident-id='${id}']`);
const tickets = () => [...(thread()?.querySelectorAll("[data-testid=ticket]") ?? [])];
const row = () => document.querySelector(`[data-testid=incident-row][data-incident-id='${id}']`);

// At its place; or at the top, where what was sent before has brought it; or around its place, because of others.
const bringRow = async () => {
  const list = document.querySelector(".list-scroll");
  const height = document.querySelector(".incident-slot").offsetHeight;
  // The list comes in pages, as one scrolls.
  for (let page = 0; page < 40 && list.scrollHeight < (Number(place) + 10) * height; page += 1) {
    list.scrollTop = list.scrollHeight;
    await rest(100);
  }
  const screen = list.clientHeight * 0.8;
  const around = Number(place) * height - 100;
  const steps = Array.from({ length: 20 }, (_, step) => step);
  const places = [around, ...steps.slice(0, 4).map((step) => step * screen)];
  places.push(...steps.flatMap((step) => [around - step * screen, around + step * screen]));
  for (const top of places) {
    list.scrollTop = top;
    await rest(100);
    if (row()) {
      return row();
    }
  }
  throw new Error("the row is not in the list");
};

// There at any moment; one that the list has taken out again would be followed as a link, and the page be gone.
const readyRow = async () => {
  for (let again = 0; again < 10; again += 1) {
    await bringRow();
    await anyMoment();
    if (row()) {
      return row();
    }
  }
  throw new Error("the row does not stay");
};

// The same rows once more, over the thread, from the text of the page that is in memory.
const fromMemory = async () => {
  const original = thread().querySelector(".thread-scroll");
  const rows = original.innerHTML;
  const shell = thread().cloneNode(false);
  const scroll = original.cloneNode(false);
  const { x, y, width, height } = thread().getBoundingClientRect();
  shell.removeAttribute("data-testid");
  Object.assign(shell.style, { position: "fixed", zIndex: 99 });
  Object.assign(shell.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
  shell.append(scroll);
  document.body.append(shell);
  await painted();
  await anyMoment();
  const begun = performance.now();
  scroll.innerHTML = rows;
  scroll.scrollTop = scroll.scrollHeight;
  const took = (await painted()) - begun;
  shell.remove();
  return took;
};

// One bubble more, put there by hand.
const oneBubble = async () => {
  const lists = thread().querySelectorAll(".day-tickets");
  const list = lists[lists.length - 1];
  const bubble = list.lastElementChild.cloneNode(true);
  const scroll = thread().querySelector(".thread-scroll");
  await anyMoment();
  const begun = performance.now();
  list.append(bubble);
  scroll.scrollTop = scroll.scrollHeight;
  const took = (await painted()) - begun;
  bubble.remove();
  return took;
};

// When the core was asked to keep the draft, and when it had answered that it is on the disk.
const written = async (area) => {
  const real = window.fetch;
  let asked;
  const answered = new Promise((wake) => {
    window.fetch = async (...args) => {
      const at = performance.now();
      const reply = await real(...args);
      if (String(args[0]).includes("save_draft")) {
        asked = at;
        wake(performance.now());
      }
      return reply;
    };
  });
  await anyMoment();
  area.value = words;
  const begun = performance.now();
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  const at = await answered;
  window.fetch = real;
  return { durable: at - begun, kept: at - asked };
};

const measure = async () => {
  const open = await readyRow();
  let begun = performance.now();
  open.click();
  await stands(() => tickets().length >= 50);
  const opened = (await painted()) - begun;
  await rest(200);
  const memory = await fromMemory();

  await anyMoment();
  begun = performance.now();
  await window.__TAURI_INTERNALS__.invoke("get_sync", { request: {} });
  const asked = performance.now() - begun;

  const area = document.querySelector("[data-testid=composer-input]");
  area.focus();
  const { durable, kept } = await written(area);

  const bubble = await oneBubble();
  const send = document.querySelector("[data-testid=composer-send]");
  await anyMoment();
  begun = performance.now();
  send.click();
  await stands(() => tickets().some((ticket) => ticket.textContent.includes(words)));
  const sent = (await painted()) - begun;
  return { opened, memory, asked, durable, kept, bubble, sent };
};

measure().then(done, (error) => done({ error: String(error) }));

// The drawing board. What is drawn becomes the file of the page's own input, so that the server sees one way only;
// a photo that is chosen there is laid under the drawing, smaller, and without what else its file says.
const easel = document.querySelector("[data-easel]");

const WIDTH = 1200;
// A phone that is held upright has room for a square.
const HEIGHT = matchMedia("(max-width: 40em)").matches ? 1200 : 900;

class Board {
  constructor(canvas, changed) {
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.changed = changed;
    this.done = []; // strokes, photos and fresh sheets of paper, so that each can be taken back
    this.stroke = null;
    this.redraw();
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => this.end(event));
  }

  // Where a finger is on the paper, however large the paper is shown.
  spot(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
  }

  begin(event) {
    if (this.stroke || event.button) return; // a second finger or the other mouse button draws nothing
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    const chosen = (name) => easel.querySelector(`[name=${name}]:checked`).value;
    this.stroke = { id: event.pointerId, colour: chosen("easel_colour"), width: +chosen("easel_line"), spots: [] };
    this.done.push(this.stroke);
    this.add([event]);
  }

  go(event) {
    if (this.stroke?.id !== event.pointerId) return;
    const between = event.getCoalescedEvents?.() ?? [];
    this.add(between.length ? between : [event]);
  }

  end(event) {
    if (this.stroke?.id !== event.pointerId) return;
    this.stroke = null;
    this.redraw();
    this.changed();
  }

  add(events) {
    this.stroke.spots.push(...events.map((event) => this.spot(event)));
    // Only its newest part, so that a long scribble costs no more than a short one.
    this.line({ ...this.stroke, spots: this.stroke.spots.slice(-events.length - 3) });
  }

  // A stroke as one soft line through the middles between its spots; a tap is a dot.
  line({ colour, width, spots }) {
    const [first, ...rest] = spots;
    Object.assign(this.pen, { strokeStyle: colour, lineWidth: width, lineCap: "round", lineJoin: "round" });
    this.pen.beginPath();
    this.pen.moveTo(...first);
    if (!rest.length) this.pen.lineTo(first[0] + 0.1, first[1]);
    rest.forEach(([x, y], place) => {
      const [fromX, fromY] = place ? rest[place - 1] : first;
      this.pen.quadraticCurveTo(fromX, fromY, (fromX + x) / 2, (fromY + y) / 2);
    });
    if (rest.length) this.pen.lineTo(...rest.at(-1));
    this.pen.stroke();
  }

  photo(image) {
    const scale = Math.min(WIDTH / image.width, HEIGHT / image.height, 1.5);
    const [width, height] = [image.width * scale, image.height * scale];
    this.pen.drawImage(image, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
  }

  redraw() {
    this.pen.fillStyle = "#ffffff";
    this.pen.fillRect(0, 0, WIDTH, HEIGHT);
    const from = this.done.findLastIndex((step) => step.fresh) + 1;
    for (const step of this.done.slice(from)) step.image ? this.photo(step.image) : this.line(step);
  }

  get empty() {
    return !this.done.length || Boolean(this.done.at(-1).fresh);
  }

  lay(image) {
    this.done.push({ fresh: true }, { image });
    this.redraw();
  }

  undo() {
    if (this.done.at(-1)?.kept) return; // what was kept before goes only when somebody starts again
    // A photo was laid on a fresh sheet: both go together.
    if (this.done.pop()?.image) this.done.pop();
    this.redraw();
    this.changed();
  }

  clear() {
    if (this.empty) return;
    this.done.push({ fresh: true });
    this.redraw();
    this.changed();
  }
}

// The paper as a file, at once: a form does not wait for one that is still being made.
function pictureOn(canvas) {
  const bytes = atob(canvas.toDataURL("image/png").split(",")[1]);
  return new File([Uint8Array.from(bytes, (sign) => sign.charCodeAt(0))], "drawing.png", { type: "image/png" });
}

function setUp() {
  const file = document.getElementById(easel.dataset.file);
  const away = document.getElementById(easel.dataset.away);
  const invite = easel.querySelector("[data-easel-invite]");
  let mine = false; // true from the first change on: what was kept before need not be sent again

  const show = () => (invite.hidden = !board.empty);
  const board = new Board(easel.querySelector("canvas"), () => {
    mine = true;
    show();
  });

  easel.querySelector("[data-easel-undo]").addEventListener("click", () => board.undo());
  easel.querySelector("[data-easel-clear]").addEventListener("click", () => board.clear());
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    const image = await createImageBitmap(chosen).catch(() => null);
    // What is no picture to the browser goes as it is: the page then says what to do.
    mine = Boolean(image);
    if (image) board.lay(image);
    show();
  });
  file.form.addEventListener("submit", () => {
    if (!mine) return;
    const held = new DataTransfer();
    if (!board.empty) held.items.add(pictureOn(board.canvas));
    file.files = held.files;
    away.checked = board.empty;
  });

  if (easel.dataset.kept) {
    const image = new Image();
    image.addEventListener("load", () => {
      board.done = [{ image, kept: true }];
      board.redraw();
      show();
      document.querySelector("[data-easel-kept]").hidden = true;
    });
    image.src = easel.dataset.kept;
  }
  easel.hidden = false;
}

if (easel && window.DataTransfer && window.PointerEvent) setUp();

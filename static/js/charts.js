/* Draws every <figure class="chart" data-chart="ID of a json script"> with Plotly's basic bundle (bar, scatter, pie) in
   the product's theme. Plotly is fetched only where there is a chart to draw; drawings follow the colours and the width.

   The JSON is {"data": […], "layout": {…}, "narrow": {"data": […], "layout": {…}}}. `narrow` is merged in where the
   drawing is under 480 px wide: fewer ticks, other margins, another orientation; its data are merged trace by trace.

   Colours are tokens, never values: a string "token:NAME", or "token:NAME/55" for 55 % opacity.
     promoter passive detractor silent          the classes
     ink muted axis grid panel paper            text, quiet text, axes and baselines, hairlines, grounds
     line band now baseline past                the petrol line, its 13 % interval, the orange dot, hollow dot, 55 % bars
     up down                                    contributions that raise and lower
   Any other NAME is read as the CSS variable --NAME. */

const NARROW = 480;
const TOKENS = {
  promoter: ["--cls-promoter"], passive: ["--cls-passive"], detractor: ["--cls-detractor"], silent: ["--cls-silent"],
  ink: ["--color-base-content"], muted: ["--color-base-content", 72], axis: ["--color-base-content", 40],
  grid: ["--color-base-300"], panel: ["--color-base-100"], paper: ["--color-base-200"],
  line: ["--color-primary"], band: ["--color-primary", 13], now: ["--color-accent"], baseline: ["--color-primary"],
  past: ["--color-primary", 55], up: ["--color-primary"], down: ["--color-accent"],
};
const SEPARATORS = { en: ".,", es: ",.", it: ",." };

const probe = document.createElement("span");
probe.hidden = true;
probe.style.forcedColorAdjust = "none"; // charts keep their colours, on a panel of their own
const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/* A CSS colour as rgba(): the probe resolves variables and light-dark(), the canvas whatever notation comes out. */
function colour(name) {
  const [key, opacity] = name.split("/");
  const [variable, own = 100] = TOKENS[key] || [`--${key}`];
  probe.style.color = `var(${variable})`;
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = getComputedStyle(probe).color;
  brush.fillRect(0, 0, 1, 1);
  const [r, g, b] = brush.getImageData(0, 0, 1, 1).data;
  return `rgba(${r},${g},${b},${Number(opacity || own) / 100})`;
}

function painted(value) {
  if (typeof value === "string" && value.startsWith("token:")) return colour(value.slice(6));
  if (Array.isArray(value)) return value.map(painted);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, painted(v)]));
  return value;
}

const isPlain = (value) => value && typeof value === "object" && !Array.isArray(value);

function merged(base, over) {
  if (!isPlain(base) || !isPlain(over)) return over === undefined ? base : over;
  const out = { ...base };
  for (const [key, value] of Object.entries(over)) out[key] = merged(base[key], value);
  return out;
}

function theme(narrow) {
  const axis = {
    gridcolor: "token:grid", gridwidth: 1, linecolor: "token:axis", zerolinecolor: "token:axis", zerolinewidth: 1,
    tickfont: { size: 11, color: "token:muted" }, ticks: "", automargin: true, fixedrange: true, nticks: narrow ? 4 : 6,
    title: { font: { size: 11, color: "token:muted" }, standoff: 8 },
  };
  return {
    font: { family: getComputedStyle(document.body).fontFamily, size: 11, color: "token:muted" },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", colorway: ["token:line", "token:now", "token:silent"],
    margin: narrow ? { l: 4, r: 28, t: 12, b: 28 } : { l: 8, r: 44, t: 12, b: 32 },
    showlegend: false, hovermode: "closest", dragmode: false, bargap: 0.32, separators: SEPARATORS[document.documentElement.lang.slice(0, 2)] || ".,",
    xaxis: { ...axis, showgrid: false, showline: true }, yaxis: axis,
    hoverlabel: { bgcolor: "token:neutral-ground", bordercolor: "token:neutral-ground", font: { size: 12, color: "token:neutral-ink" }, align: "left" },
  };
}
TOKENS["neutral-ground"] = ["--color-neutral"];
TOKENS["neutral-ink"] = ["--color-neutral-content"];

let plotly = null;
function library() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("script[data-plotly]").dataset.plotly;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { plotly = null; reject(new Error("the charts library did not load")); };
    document.head.append(script);
  });
  return plotly;
}

async function draw(figure) {
  const plot = figure.querySelector(".chart-plot");
  const source = document.getElementById(figure.dataset.chart);
  const Plotly = await library();
  if (!plot || !source || !plot.isConnected || !plot.clientWidth) return;
  const spec = JSON.parse(source.textContent);
  const narrow = plot.clientWidth < NARROW;
  const over = (narrow && spec.narrow) || {};
  const base = theme(narrow);
  let layout = merged(base, merged(spec.layout || {}, over.layout));
  for (const name of Object.keys(layout)) {
    if (/^[xy]axis\d+$/.test(name)) layout[name] = merged(base[name.slice(0, 5)], layout[name]);
  }
  const data = spec.data.map((trace, i) => merged(trace, over.data?.[i]));
  layout = { ...layout, width: plot.clientWidth, height: plot.clientHeight };
  await Plotly.react(plot, painted(data), painted(layout), { displayModeBar: false, responsive: false });
  plot.dataset.width = plot.clientWidth;
  plot.dataset.state = "drawn";
  plot.querySelectorAll("svg").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
}

function fail(figure) {
  figure.querySelector(".chart-plot").hidden = true; // the table says it all
  figure.querySelector(".chart-twin")?.setAttribute("open", "");
}

const paint = (figure) => draw(figure).catch(() => fail(figure));
const redraw = () => document.querySelectorAll('.chart-plot[data-state="drawn"]').forEach((plot) => paint(plot.closest(".chart")));

const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.clientWidth && Number(target.dataset.width) !== target.clientWidth) paint(target.closest(".chart"));
  }
});

function find(root) {
  const figures = root.matches?.("[data-chart]") ? [root] : root.querySelectorAll("[data-chart]");
  for (const figure of figures) {
    const plot = figure.querySelector(".chart-plot");
    if (plot && !plot.dataset.watched) { plot.dataset.watched = "yes"; widths.observe(plot); }
  }
}

document.body.append(probe);
find(document);
document.body.addEventListener("htmx:load", (event) => find(event.detail.elt));
document.addEventListener("circulo:colours", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

/* Paper is white whatever the screen is. */
let worn;
addEventListener("beforeprint", () => { worn = document.documentElement.dataset.theme; document.documentElement.dataset.theme = "circulo"; redraw(); });
addEventListener("afterprint", () => {
  if (worn) document.documentElement.dataset.theme = worn;
  else delete document.documentElement.dataset.theme;
  redraw();
});

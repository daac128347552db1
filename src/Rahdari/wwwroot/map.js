// The live map: an island on pages that are whole without it. Whatever fails here leaves the server's strip map and
// the sentence that says so. The library is fetched only when the map comes near view.

const island = document.getElementById("map");
const state = document.getElementById("map-state");
const unavailable = state.textContent;

// A snapshot is asked for once, however many events call for it (ms), and takes a tenth of the time at most.
const snapshotDelay = 1000, snapshotShare = 10;
// Units of one page of a snapshot: what the server gives at most.
const pageUnits = 5000;
// A stream that was refused is asked for again after this long (ms); one that breaks the browser opens again itself.
const refusedDelay = 30000;
// As wide as the library zooms; line widths grow with the scale up to there.
const highestZoom = 16;

const near = new IntersectionObserver(seen => {
  if (!seen.some(one => one.isIntersecting)) return;
  near.disconnect();
  start().catch(giveUp);
}, { rootMargin: "300px" });
near.observe(state);

function giveUp(why) {
  console.warn("no live map:", why);
  island.hidden = true;
  state.textContent = unavailable;
}

async function start() {
  if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL 2");
  const [library, corridor] = await Promise.all([
    import(island.dataset.library),
    read(`/api/v1/corridor?language=${encodeURIComponent(island.dataset.language)}`),
  ]);
  library.setWorkerUrl(new URL(island.dataset.worker, document.baseURI).href);
  const routes = corridor.routes.filter(route => !island.dataset.route || route.id === island.dataset.route);
  island.hidden = false;
  const map = new library.Map({
    container: island,
    style: styleOf(routes),
    bounds: boundsOf(routes),
    fitBoundsOptions: { padding: 48 },
    maxZoom: highestZoom,
    attributionControl: false,
    renderWorldCopies: false,
    trackResize: false,
    dragRotate: false,
    scrollZoom: false,
    // One finger scrolls the page; two move the map.
    dragPan: !matchMedia("(pointer: coarse)").matches,
    locale: { "Map.Title": island.dataset.label },
  });
  map.touchZoomRotate.disableRotation();
  // An element without a box for a moment would be taken for one of 400 by 300 pixels.
  new ResizeObserver(() => island.clientWidth > 0 && island.clientHeight > 0 && map.resize()).observe(island);
  island.querySelector(".map-in").onclick = () => map.zoomIn();
  island.querySelector(".map-out").onclick = () => map.zoomOut();
  await new Promise((done, failed) => {
    map.once("load", done);
    map.once("error", event => failed(event.error));
  });
  addPlaces(library, map, corridor, routes);
  if (!island.dataset.follow) {
    state.textContent = state.dataset.still;
    return;
  }
  addUnits(map);
  follow(map);
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Only what the corridor itself says is drawn: no tiles, no boundary lines, no fonts from elsewhere.
function styleOf(routes) {
  return {
    version: 8,
    sources: {
      legs: { type: "geojson", data: collection(routes.flatMap(route => route.legs.map(legOf))) },
      stops: { type: "geojson", data: collection(routes.flatMap(route => route.stops.map(stop => point(stop)))) },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colour("--ground") } },
      {
        id: "width", type: "line", source: "legs", layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": colour("--line"), "line-width": corridorWidth() },
      },
      { id: "line", type: "line", source: "legs", paint: { "line-color": colour("--soft"), "line-width": 2 } },
      {
        id: "stops", type: "circle", source: "stops",
        paint: {
          "circle-radius": 4, "circle-color": colour("--paper"), "circle-stroke-width": 2,
          "circle-stroke-color": colour("--soft"),
        },
      },
    ],
  };
}

function collection(features) {
  return { type: "FeatureCollection", features };
}

function point(at, properties = {}) {
  return { type: "Feature", properties, geometry: { type: "Point", coordinates: [at.longitude, at.latitude] } };
}

// Pixels of the corridor's width at zoom 0, where the equator is 512 pixels long.
function legOf(leg) {
  const metresOfPixel = 40075016.7 * Math.cos(leg.line[0][0] * Math.PI / 180) / 512;
  return {
    type: "Feature",
    properties: { width: 2 * leg.halfWidthMetres / metresOfPixel },
    geometry: { type: "LineString", coordinates: leg.line.map(([latitude, longitude]) => [longitude, latitude]) },
  };
}

function corridorWidth() {
  return ["interpolate", ["exponential", 2], ["zoom"],
    0, ["get", "width"], highestZoom, ["*", ["get", "width"], 2 ** highestZoom]];
}

function boundsOf(routes) {
  const line = routes.flatMap(route => route.legs.flatMap(leg => leg.line));
  const latitudes = line.map(at => at[0]), longitudes = line.map(at => at[1]);
  return [[Math.min(...longitudes), Math.min(...latitudes)], [Math.max(...longitudes), Math.max(...latitudes)]];
}

// Names are HTML, so that the browser's own fonts and directions serve; one that would cover another is left out.
function addPlaces(library, map, corridor, routes) {
  const crossings = corridor.crossings.filter(c => routes.some(route => route.crossing === c.code));
  const offices = corridor.offices.filter(o => o.roles.some(role => role !== "control-room"));
  const places = [
    ...crossings.map(c => ({ ...c, kind: "crossing" })), ...offices.map(o => ({ ...o, kind: "office" })),
  ].map(place => {
    const element = document.createElement("div");
    element.className = `map-place ${place.kind}`;
    element.append(document.createElement("bdi"));
    element.firstChild.textContent = place.name;
    element.firstChild.lang = island.dataset.language;
    new library.Marker({ element, anchor: "left", offset: [-5, 0] })
      .setLngLat([place.longitude, place.latitude]).addTo(map);
    return element;
  });
  const thin = () => {
    const frame = island.getBoundingClientRect(), shown = [];
    for (const place of places) {
      const box = place.getBoundingClientRect();
      const inside = box.left >= frame.left && box.right <= frame.right
        && box.top >= frame.top && box.bottom <= frame.bottom;
      const bare = !inside || shown.some(other =>
        box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
      place.classList.toggle("bare", bare);
      if (!bare) shown.push(box);
    }
  };
  thin();
  map.on("moveend", thin);
  map.on("resize", thin);
}

// Shapes as on the strip map: a disc, an empty one where not every device is heard, a triangle where an alert is open.
function addUnits(map) {
  for (const [name, draw, fill, line] of [
    ["unit", pen => pen.arc(24, 24, 13, 0, 2 * Math.PI), "--accent", "--paper"],
    ["reduced", pen => pen.arc(24, 24, 13, 0, 2 * Math.PI), "--paper", "--accent"],
    ["alert", pen => [[24, 4], [44, 40], [4, 40]].forEach(at => pen.lineTo(...at)), "--bad", "--paper"],
  ]) {
    const pen = new OffscreenCanvas(48, 48).getContext("2d");
    pen.beginPath();
    draw(pen);
    pen.closePath();
    pen.fillStyle = colour(fill);
    pen.fill();
    pen.lineWidth = 3;
    pen.strokeStyle = colour(line);
    pen.stroke();
    map.addImage(name, pen.getImageData(0, 0, 48, 48), { pixelRatio: 2 });
  }
  map.addSource("units", { type: "geojson", data: collection([]) });
  map.addLayer({
    id: "units", type: "symbol", source: "units",
    layout: {
      "icon-image": ["case",
        [">", ["get", "openAlerts"], 0], "alert",
        ["in", ["get", "coverage"], ["literal", ["reduced", "none"]]], "reduced",
        "unit"],
      "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["get", "openAlerts"],
    },
  });
  map.on("click", "units", event => show(event.features[0].properties.unit));
}

function show(unit) {
  const picked = document.getElementById("map-picked"), [mrn, number] = unit.split("/");
  picked.hidden = false;
  picked.firstChild.href = `/movements/${mrn}#unit-${number}`;
  picked.firstChild.textContent = unit;
}

// The stream is opened first and the snapshot read then: nothing falls between the two.
function follow(map) {
  const units = new Map();
  let drawing = false, asking = 0, again = 0, reading = false, shortest = snapshotDelay, source;

  const draw = () => {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      map.getSource("units").setData(collection([...units.values()]));
    });
  };

  // Page by page; what the stream tells meanwhile is newer than what a page says.
  const snapshot = async () => {
    asking = 0;
    if (reading) return ask(snapshotDelay);
    reading = true;
    const began = performance.now();
    try {
      const found = new Map();
      for (let page = {}; page.next !== null;) {
        page = await read(positionsAddress(page.next));
        for (const feature of page.features) found.set(feature.properties.unit, feature);
      }
      for (const [unit, feature] of found) {
        const known = units.get(unit);
        if (known && Date.parse(known.properties.time) > Date.parse(feature.properties.time)) {
          feature.geometry = known.geometry;
          feature.properties.time = known.properties.time;
        }
      }
      units.clear();
      for (const [unit, feature] of found) units.set(unit, feature);
      shortest = Math.max(snapshotDelay, snapshotShare * (performance.now() - began));
      draw();
    } catch (why) {
      console.warn("no positions:", why);
      ask(refusedDelay);
    } finally {
      reading = false;
    }
  };
  const ask = delay => { asking ||= setTimeout(snapshot, delay); };

  const listen = () => {
    source = new EventSource("/api/v1/live");
    source.onopen = () => {
      state.textContent = state.dataset.live;
      clearTimeout(asking);
      snapshot();
    };
    source.onerror = () => {
      state.textContent = state.dataset.waiting;
      if (source.readyState === EventSource.CLOSED) again = setTimeout(listen, refusedDelay);
    };
    source.addEventListener("fix", event => {
      const fix = JSON.parse(event.data), known = units.get(fix.unit);
      if (!isShown(fix.unit)) return;
      if (!known) return ask(shortest);
      if (Date.parse(fix.time) <= Date.parse(known.properties.time)) return;
      units.set(fix.unit, point(fix, { ...known.properties, time: fix.time }));
      draw();
    });
    for (const kind of ["alert", "movement", "coverage", "reset"]) source.addEventListener(kind, () => ask(shortest));
  };

  addEventListener("pagehide", () => {
    clearTimeout(again);
    source.close();
  });
  addEventListener("pageshow", event => event.persisted && listen());
  listen();
}

function positionsAddress(next) {
  const query = new URLSearchParams({ limit: pageUnits });
  if (next) query.set("cursor", next);
  if (island.dataset.mrn) query.set("mrn", island.dataset.mrn);
  return `/api/v1/positions?${query}`;
}

function isShown(unit) {
  return !island.dataset.mrn || unit.startsWith(`${island.dataset.mrn}/`);
}

// SPDX-License-Identifier: MIT
// node look.js CHROMIUM PAGE: what axe-core and a look at the page find, light and dark, on a screen and on a phone; status 1 when something was found.
const puppeteer = require("puppeteer-core"), fs = require("fs");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [, , executablePath, page] = process.argv;
const found = [];

// Everything that can be focused, reached with Tab alone; and where the focus is, it is seen.
async function walk(p, name) {
	const wanted = await p.evaluate(() => document.querySelectorAll("a[href], input, summary, [tabindex='0']").length);
	const seen = new Set();
	for (let i = 0; i < wanted + 2; i++) {
		await p.keyboard.press("Tab");
		const at = await p.evaluate(() => {
			const all = [...document.querySelectorAll("a[href], input, summary, [tabindex='0']")], e = document.activeElement;
			return [all.indexOf(e), e === document.body || getComputedStyle(e).outlineStyle !== "none"];
		});
		if (at[0] >= 0) seen.add(at[0]);
		if (!at[1]) found.push(`${name}: the focus is not seen`);
	}
	if (seen.size < wanted) found.push(`${name}: the keyboard reaches ${seen.size} of ${wanted}`);
}

async function look(browser, name, value, width) {
	const p = await browser.newPage();
	p.on("console", m => found.push(`${name}: ${m.text()}`));
	p.on("pageerror", e => found.push(`${name}: ${e}`));
	p.on("request", r => { if (r.url() !== "file://" + page) found.push(`${name}: it asks for ${r.url()}`); });
	await p.setViewport({ width, height: 800, isMobile: width < 500 });
	await p.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
	await p.goto("file://" + page);
	if (await p.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(`${name}: wider than the screen`);
	if (name === "light") await walk(p, name);
	await p.evaluate(() => document.querySelectorAll("details").forEach(d => { d.open = true; }));
	if (await p.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(`${name}: wider than the screen when all is open`);
	await p.evaluate(axe);	// in the page for the protocol, which no policy holds back
	const r = await p.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
	for (const v of r.violations) found.push(`${name}: ${v.id}: ${v.nodes[0].html.slice(0, 160)}`);
	if (r.passes.length < 20) found.push(`${name}: axe looked at ${r.passes.length} things only`);
	await p.close();
}

(async () => {
	const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"], headless: true });
	for (const [name, scheme, width] of [["light", "light", 1100], ["dark", "dark", 1100], ["phone", "light", 360], ["phone, dark", "dark", 360]])
		await look(browser, name, scheme, width);
	await browser.close();
	for (const f of found) console.log(f);
	process.exit(found.length ? 1 : 0);
})().catch(e => { console.log(String(e)); process.exit(1); });

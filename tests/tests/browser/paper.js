// Reads a PDF as Chromium writes it (arguments[0], in base64): what stands on each sheet, and where. It is unpacked by the
// browser itself, so that nothing has to be installed to read it.
return (async () => {
    const raw = atob(arguments[0]);
    const unpacked = async (from, to) => {
        const bytes = Uint8Array.from(raw.slice(from, to), one => one.charCodeAt(0));
        const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
        return new TextDecoder('latin1').decode(await new Response(stream).arrayBuffer());
    };
    const offsets = [...raw.slice(raw.lastIndexOf('\nxref')).matchAll(/(\d{10}) \d{5} [nf]/g)].map(one => Number(one[1]));
    const object = number => {
        const from = offsets[number];
        return [raw.slice(from, from + raw.slice(from).search(/endobj|stream\r?\n/)), from];
    };
    const stream = number => {
        const [said, from] = object(number), begins = from + said.length;
        const begin = begins + /^stream\r?\n/.exec(raw.slice(begins, begins + 8))[0].length;
        return unpacked(begin, begin + Number(/\/Length (\d+)/.exec(said)[1]));
    };
    const reference = (said, name) => Number(new RegExp(`/${name} (\\d+) 0 R`).exec(said)[1]);
    const references = list => [...list.matchAll(/(\d+) 0 R/g)].map(one => Number(one[1]));
    const leaves = number => {
        const said = object(number)[0], kids = /\/Kids \[([^\]]*)\]/.exec(said);
        return kids ? references(kids[1]).flatMap(leaves) : [said];
    };

    // A font's letters, by the number that the text has them by.
    const fonts = {};
    const letters = async number => {
        if (fonts[number]) return fonts[number];
        const map = fonts[number] = {}, code = hex => parseInt(hex, 16);
        const table = await stream(reference(object(number)[0], 'ToUnicode'));
        for (const [, block] of table.matchAll(/beginbfchar([^]*?)endbfchar/g))
            for (const [, from, to] of block.matchAll(/<(\w+)> <(\w+)>/g))
                map[code(from)] = String.fromCharCode(...to.match(/.{4}/g).map(code));
        for (const [, block] of table.matchAll(/beginbfrange([^]*?)endbfrange/g))
            for (const [, from, last, to] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g))
                for (let at = code(from); at <= code(last); at++) map[at] = String.fromCharCode(code(to) + at - code(from));
        return map;
    };

    const times = ([a, b, c, d, e, f], [A, B, C, D, E, F]) =>
        [a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F];
    const read = async said => {
        const known = {}, lines = [], sizes = [], rights = [], kept = [], operands = [];
        for (const [, name, number] of said.matchAll(/\/(F\d+) (\d+) 0 R/g)) known[name] = await letters(Number(number));
        let page = [1, 0, 0, 1, 0, 0], line = page, font = {}, size = 0, text = '';
        const last = count => operands.splice(-count).map(Number);
        for (const word of (await stream(reference(said, 'Contents'))).match(/<[0-9A-Fa-f]+>|[^\s<>[\]()]+/g) ?? []) {
            if (word === 'q') kept.push(page);
            else if (word === 'Q') page = kept.pop();
            else if (word === 'cm') page = times(last(6), page);
            else if (word === 'Tf') [font, size] = operands.splice(-2).map((one, at) => at ? Number(one) : known[one.slice(1)]);
            else if (word === 'Tm') line = last(6);
            else if (word === 'Td') line = times([1, 0, 0, 1, ...last(2)], line);
            else if (word === 'Tj') {
                const at = times(line, page);
                text += operands.pop().slice(1, -1).match(/.{4}/g).map(one => font[parseInt(one, 16)] ?? '\ufffd').join('');
                rights.push(at[4]);
                sizes.push(size * Math.abs(at[3]));
            } else if (word === 'ET') lines.push(text), text = '';
            else operands.push(word);
        }
        // Two letters that the font has one sign for are two again.
        const told = lines.join(' ').normalize('NFKC').replace(/\s+/g, ' ').trim();
        const width = Number(/\/MediaBox \[\S+ \S+ (\S+)/.exec(said)[1]);
        return { text: told, width, right: Math.max(...rights), smallest: Math.min(...sizes) };
    };

    const root = reference(raw.slice(raw.lastIndexOf('trailer')), 'Root');
    const sheets = [];
    for (const said of leaves(reference(object(root)[0], 'Pages'))) sheets.push(await read(said));
    return sheets;
})();

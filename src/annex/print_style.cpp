#include "annex/print_style.h"

namespace art32::annex {

const std::string_view print_style = R"css(
@page {
  size: A4;
  margin: 30mm 22mm 28mm 25mm;
  @top-left { content: string(document); width: 60%; text-align: left;
    vertical-align: bottom; padding-bottom: 2.5mm; margin-bottom: 5mm; border-bottom: 0.4pt solid #c9cfd6;
    font: 8.5pt "EB Garamond", "TeX Gyre Pagella", "Liberation Serif", "DejaVu Serif", serif; color: #5b6672; }
  @top-right { content: string(chapter, start); width: 40%; text-align: right;
    vertical-align: bottom; padding-bottom: 2.5mm; margin-bottom: 5mm; border-bottom: 0.4pt solid #c9cfd6;
    font: 8.5pt "EB Garamond", "TeX Gyre Pagella", "Liberation Serif", "DejaVu Serif", serif; color: #5b6672; }
  @bottom-left { content: string(imprint); width: 75%; text-align: left;
    vertical-align: top; padding-top: 2.5mm; margin-top: 5mm; border-top: 0.4pt solid #c9cfd6;
    font: 8.5pt "EB Garamond", "TeX Gyre Pagella", "Liberation Serif", "DejaVu Serif", serif; color: #5b6672; }
  @bottom-right { content: string(page-word) " " counter(page) " " string(of-word) " " counter(pages); width: 25%; text-align: right;
    vertical-align: top; padding-top: 2.5mm; margin-top: 5mm; border-top: 0.4pt solid #c9cfd6;
    font: 8.5pt "EB Garamond", "TeX Gyre Pagella", "Liberation Serif", "DejaVu Serif", serif; color: #5b6672; }
}
@page :first {
  margin-top: 20mm;
  @top-left { content: none; border: none; }
  @top-right { content: none; border: none; }
}
* { box-sizing: border-box; }
html { color: #17202a; background: #fff; }
body {
  margin: 0 auto; max-width: 163mm; line-height: 1.38; hyphens: auto; hyphenate-limit-chars: 9 4 4; hanging-punctuation: first;
  font: 11.2pt/1.38 "EB Garamond", "TeX Gyre Pagella", "Liberation Serif", "DejaVu Serif", serif;
  font-feature-settings: "kern", "liga", "onum";
}
h1, h2, h3 { font-weight: 400; color: #14395b; hyphens: manual; line-height: 1.15; break-after: avoid; }
a { color: inherit; text-decoration: none; }
.strings { font-size: 0; line-height: 0; height: 0; overflow: hidden; }

.letterhead { border-bottom: 1.4pt solid #14395b; padding-bottom: 3.5mm; font-size: 9.6pt; color: #5b6672; }
.letterhead strong { display: block; font-size: 14pt; font-weight: 400; color: #17202a; letter-spacing: 0.02em; }
.title { margin: 20mm 0 0; }
h1 { font-size: 27pt; margin: 0; letter-spacing: -0.005em; }
.subtitle { font-size: 13.5pt; font-style: italic; color: #5b6672; margin: 2.5mm 0 0; }
.facts { margin: 11mm 0 0; border-top: 0.4pt solid #c9cfd6; width: 100%; border-collapse: collapse; font-size: 10.4pt; }
.facts th, .facts td { border-bottom: 0.4pt solid #c9cfd6; padding: 1.5mm 0; text-align: left; vertical-align: baseline; }
.facts th { width: 44mm; font-weight: 400; color: #5b6672; font-style: italic; }
.facts td { font-feature-settings: "lnum"; }
.notice { margin: 8mm 0 0; padding: 3mm 5mm; border-left: 1.8pt solid #14395b; background: #f4f6f8; }
.notice p { margin: 0; }
.notice p + p { margin-top: 1.6mm; }
.address { font: 7.2pt "JetBrains Mono", "DejaVu Sans Mono", monospace; letter-spacing: -0.02em; overflow-wrap: anywhere; hyphens: manual; }
.now { margin: -0.4mm 0 1.6mm 11mm; font-size: 8.6pt; line-height: 1.3; color: #5b6672; break-after: avoid; }
.preamble { break-inside: avoid; }
.preamble h2, .contents h2 { font-size: 14pt; margin: 9mm 0 2mm; }
.preamble p { margin: 0; text-align: justify; }

.contents { break-before: page; break-after: page; line-height: 1.24; }
.contents h2 { margin-top: 0; font-size: 20pt; padding-bottom: 1mm; }
.contents ol { list-style: none; margin: 0; padding: 0; }
.contents > ol > li { margin: 2.6mm 0 0; break-inside: avoid; }
.contents > ol > li > a { font-size: 12.2pt; color: #14395b; }
.contents ol ol { margin: 0.4mm 0 0; }
.contents a { display: block; font-feature-settings: "lnum", "tnum"; }
.contents ol ol a { padding-left: 9mm; }
.contents a::after { content: leader(" . ") target-counter(attr(href), page); color: #5b6672; }
.contents .number { display: inline-block; width: 9mm; color: #5b6672; }

.section { break-before: auto; margin-top: 12mm; }
.section:first-of-type { margin-top: 0; }
.section > h2 { font-size: 20pt; margin: 0; padding: 0 0 2mm; border-bottom: 1.2pt solid #14395b; string-set: chapter attr(data-chapter); }
.section > h2 .number, h3 .number { color: #5b6672; display: inline-block; font-feature-settings: "lnum"; }
.section > h2 .number { width: 11mm; }
.introduction { margin: 2.4mm 0 0; font-style: italic; color: #5b6672; break-after: avoid; }
.measure { margin-top: 7mm; }
h3 { font-size: 13.6pt; margin: 0 0 1.2mm; }
h3 .number { width: 11mm; font-size: 12.4pt; }
.identifier { font: 7.2pt "JetBrains Mono", "DejaVu Sans Mono", monospace; color: #5b6672; letter-spacing: -0.02em; }
h3 .identifier { margin-left: 2.5mm; white-space: nowrap; }
.paragraph { position: relative; margin: 2.4mm 0 0; padding: 0 45mm 0 11mm; break-inside: avoid; min-height: 8.4mm; }
.paragraph .mark { position: absolute; left: 0; top: 0; color: #5b6672; font-feature-settings: "lnum"; }
.paragraph .text { margin: 0; font-feature-settings: "kern", "liga", "lnum"; }
.proof { position: absolute; right: 0; top: 0.35mm; width: 39mm; margin: 0; padding-left: 3mm;
  border-left: 0.4pt solid #c9cfd6; font-size: 8.6pt; line-height: 1.25; color: #5b6672; hyphens: manual; }
.proof .kind { display: block; font-style: italic; }
.proof .intended { display: block; }
.proof.stands { border-left: 1.4pt solid #5b6672; padding-left: 2.7mm; }
.proof.stands .kind { color: #17202a; }
.proof .identifier { display: block; font-size: 6.4pt; margin-top: 0.4mm; overflow-wrap: anywhere; }

@media screen {
  html { background: #e9ecef; }
  body { background: #fff; max-width: 210mm; padding: 20mm 22mm 25mm 25mm; }
  .contents a::after { content: none; }
}
@media screen and (max-width: 600px) {
  body { padding: 6mm; }
  .paragraph { padding-right: 0; }
  .proof { position: static; width: auto; margin-top: 1mm; }
  .facts th { width: 30%; }
  h1 { font-size: 21pt; }
}
)css";

}  // namespace art32::annex

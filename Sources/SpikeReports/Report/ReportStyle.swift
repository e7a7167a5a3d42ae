/// The style sheet of reports, in the colours of the images.
enum ReportStyle {
    static let rules: String = {
        func colour(_ colour: Theme.Colour) -> String { "var(\(colour.variable))" }
        let hairline = "1px solid \(colour(Theme.grid))"
        return Theme.variables(for: ".sk-page") + Theme.plotRules + """
            .sk-page{background:\(colour(Theme.surface))}
            .sk-report{margin:0 auto;padding:24px 20px 40px;max-width:960px;box-sizing:border-box;
            color:\(colour(Theme.ink));
            font:16px/1.55 \(Theme.fontStack);overflow-wrap:break-word}
            .sk-report h1{font-size:1.75rem;line-height:1.25;margin:0 0 4px}
            .sk-report h2{font-size:1.2rem;margin:36px 0 12px;padding-bottom:6px;border-bottom:\(hairline)}
            .sk-report .subtitle{margin:0;color:\(colour(Theme.muted))}
            .sk-report header+nav{margin-top:16px}
            .sk-report main+header{margin-top:64px;padding-top:32px;border-top:2px solid \(colour(Theme.frame))}
            .sk-report nav{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:0.9rem}
            .sk-report a{color:\(colour(Theme.series[0]))}
            .sk-report .next{margin:12px 0 0}
            .sk-report p{margin:0 0 12px;max-width:44em}
            .sk-report dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));
            gap:0 28px;margin:0 0 16px}
            .sk-report dl div{display:flex;justify-content:space-between;gap:12px;
            padding:5px 0;border-bottom:\(hairline)}
            .sk-report dt{color:\(colour(Theme.muted))}
            .sk-report dd{margin:0;text-align:right;font-variant-numeric:tabular-nums;min-width:0}
            .sk-report .scroll{overflow-x:auto;margin:0 0 16px}
            .sk-report table{border-collapse:collapse;min-width:100%;font-size:0.9rem}
            .sk-report th,.sk-report td{padding:6px 10px;text-align:left;border-bottom:\(hairline);white-space:nowrap}
            .sk-report th{color:\(colour(Theme.muted));font-weight:600;border-bottom-color:\(colour(Theme.frame))}
            .sk-report th[title]{cursor:help;text-decoration:underline dotted;text-underline-offset:4px}
            .sk-report .number{text-align:right;font-variant-numeric:tabular-nums}
            .sk-report .highlight td{background:\(colour(Theme.highlight));font-weight:600}
            .sk-report figure{margin:8px 0 24px}
            .sk-report figure>svg{display:block;width:100%;height:auto}
            .sk-report figcaption{color:\(colour(Theme.muted));font-size:0.9rem;margin-top:4px}
            .sk-report pre{background:\(colour(Theme.raised));border-radius:6px;padding:12px 14px;margin:0 0 16px;
            white-space:pre-wrap;font:0.875rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}
            .sk-report details{margin:0 0 12px}
            .sk-report summary{cursor:pointer;padding:4px 0}
            .sk-report .option{white-space:nowrap}
            .sk-report footer{margin-top:40px;padding-top:10px;border-top:\(hairline);color:\(colour(Theme.muted));
            font-size:0.85rem}
            @media print{
            .sk-report{max-width:none;padding:0;font-size:11pt}
            .sk-report figure,.sk-report tr,.sk-report pre,.sk-report dl div{break-inside:avoid}
            .sk-report h2{break-after:avoid}
            .sk-report .scroll{overflow:visible}
            .sk-report td{white-space:normal}
            .sk-report pre{white-space:pre-wrap;border:\(hairline)}
            .sk-report .highlight td{print-color-adjust:exact;-webkit-print-color-adjust:exact}
            .sk-report figure>svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
            }

            """
    }()
}

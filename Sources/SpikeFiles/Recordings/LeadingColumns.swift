/// The first columns of a table, which may be times and counters whatever their names.
extension TableColumns {
    /// The number of leading columns that are checked: two counters and the times.
    static let leadingCount = 3

    /// Leaves out a leading column that rises in even steps, unless its name has the unit of a measured quantity.
    mutating func findRamp(_ column: MarkedColumn) {
        let index = column.index
        let values = SampleTimes(column, scale: 1)
        guard values.areUnmistakable else {
            let isRising = zip(column.values.dropFirst(), column.values).allSatisfy { $0 > $1 }
            if isRising, column.values.count >= 10, channels.contains(index) {
                warnOfChannel(index, "rises from row to row as times do")
            }
            return
        }
        let rises = Self.rises(by: values.step(before: 1))
        let counts = values.areWhole && values.step(before: 1) == 1 ? "counts rows" : rises
        let meaning = RampMeaning(name: header?[index] ?? "", areWhole: values.areWhole)
        switch meaning {
        case .time(let unit):
            takeRamp(column, unit)
        case .measured:
            if channels.contains(index) {
                warnings.append(
                    "\(label(index)) \(rises) and is taken for a channel, as its name has a unit; choose the columns by "
                        + "--columns if it is none")
            }
        case .counter, .unstated:
            if findEpoch(column) { return }
            // A signal of a few values may rise evenly by chance, where a counter has been found.
            guard index == 0 || values.values.count >= 10 || meaning == .counter && !values.areWhole else { return }
            if values.areWhole {
                leaveOutCounter(index, counts, isGuess: true)
            } else if meaning == .counter, rates.inFile == nil, uneven == nil, let rate = values.samplingRate {
                take(values, rate, index, "seconds", isGuess: true)
            } else {
                leaveOut(index, rises, isGuess: true)
            }
        }
    }

    /// Adds a warning if the first column is a channel and goes as counters do, without rising evenly.
    ///
    /// - Parameter values: The values of the first channel.
    mutating func findUnevenCounter(_ values: ArraySlice<Double>) {
        guard channels.first == 0, channels.count > 1, values.count >= 10,
            values.allSatisfy({ $0 == $0.rounded() })
        else { return }
        let steps = zip(values.dropFirst(), values).map { $0 - $1 }
        let ones = steps.count { $0 == 1 }
        // A counter that starts anew counts at least three rows before it does.
        let restarts = zip(steps, values.dropFirst()).allSatisfy { step, value in
            step == 1 || step <= -2 && value == values[0]
        }
        if steps.allSatisfy({ $0 == -1 }) {
            warnOfChannel(0, "counts down row by row")
        } else if ones > 1, ones < steps.count, steps.allSatisfy({ $0 == 0 || $0 == 1 }) {
            warnOfChannel(0, "counts up, several rows to a number")
        } else if ones > 1, ones < steps.count, restarts {
            warnOfChannel(0, "counts rows and starts anew")
        }
    }

    private mutating func warnOfChannel(_ index: Int, _ behaviour: String) {
        warnings.append(
            "\(label(index)) \(behaviour), and is taken for a channel; choose the columns by --columns if it is none")
    }

    private mutating func takeRamp(_ column: MarkedColumn, _ unit: TimeUnit) {
        guard rates.inFile == nil, uneven == nil else {
            leaveOut(column.index, "another time", isGuess: true)
            return
        }
        guard case (let scale?, let guessed) = Self.scale(of: column, unit) else {
            leaveOut(column.index, Self.unknownUnit, isGuess: true)
            return
        }
        let times = SampleTimes(column, scale: scale)
        if let rate = times.samplingRate {
            take(times, rate, column.index, guessed, isGuess: true)
        } else {
            leaveOut(column.index, "the time", isGuess: true)
        }
    }

    /// Recognises a column of times since 1970 by the size of its values, whatever its name.
    mutating func findEpoch(_ column: MarkedColumn) -> Bool {
        guard rates.inFile == nil, uneven == nil, let first = column.values.first, first >= Self.epoch.lowerBound,
            case (let scale?, let guessed?) = Self.scale(of: column, .unstated),
            let rate = SampleTimes(column, scale: scale).samplingRate
        else { return false }
        take(SampleTimes(column, scale: scale), rate, column.index, guessed, isGuess: true)
        return true
    }

    /// The reason to leave out times that give no sampling rate.
    static let unknownUnit = "times in an unknown unit"

    /// Adds a warning that the sampling rate is unknown because the unit of the times is not understood.
    mutating func warnOfUnknownUnit() {
        guard rates.given == nil, rates.inFile == nil, uneven == nil,
            let column = leftOut.first(where: { $0.reason == Self.unknownUnit })
        else { return }
        warnings.append(
            "\(label(column.number - 1)) holds times in a unit that is not known, so that the sampling rate is unknown; "
                + "give it by --sampling-rate")
    }
}

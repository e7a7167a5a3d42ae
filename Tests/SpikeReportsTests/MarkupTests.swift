import Testing

@testable import SpikeReports

struct MarkupTests {
    @Test func escapesWhatXMLGivesAMeaning() {
        #expect(Markup.escape("a<b> & \"c\" 'd' µV 漢") == "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; µV 漢")
    }

    @Test func replacesForbiddenCharacters() {
        #expect(Markup.escape("a\u{0}b\u{1B}c\td\u{FFFF}") == "a\u{FFFD}b\u{FFFD}c\td\u{FFFD}")
    }
}

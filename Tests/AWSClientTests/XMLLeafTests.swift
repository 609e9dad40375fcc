import Testing

@testable import AWSClient

@Suite struct XMLLeafTests {
    func texts(_ document: String) -> [String: String]? {
        XMLLeaf.all(in: Array(document.utf8)).map { leaves in
            Dictionary(leaves.map { ($0.path.joined(separator: "/"), $0.text) }) { $0 + "|" + $1 }
        }
    }

    @Test("The elements that hold text come with their paths")
    func leaves() {
        let document = """
            \u{FEFF}<?xml version="1.0"?>
            <!-- a > b -->
            <r xmlns="http://x/" a=">"><n:a>1</n:a><b c='/>'> 2 </b><c/><d><e>x<![CDATA[<&>]]>y</e></d><a>3</a></r>

            """
        #expect(texts(document) == ["r/a": "1|3", "r/b": " 2 ", "r/c": "", "r/d/e": "x<&>y"])
    }

    @Test("Entities and characters by number are replaced, and no others")
    func entities() {
        #expect(texts("<a>&lt;&gt;&amp;&quot;&apos;&#233;&#xE9;&#x1F600;</a>") == ["a": "<>&\"'éé😀"])
        for bad in ["&foo;", "&", "&;", "&#;", "&#xD800;", "&#99999999;", "&#x;", "&lt"] {
            #expect(texts("<a>\(bad)</a>") == nil, "\(bad)")
        }
    }

    @Test(
        "What is not well-formed is none",
        arguments: [
            "", "x", "<a>", "</a>", "<a></b>", "<a></a><b></b>", "<a></a>x", "x<a></a>", "<a", "<>x</>", "<a><!-- </a>",
            "<!DOCTYPE a><a></a>", "<a><![CDATA[</a>", "<a b='></a>", "<![CDATA[x]]>",
        ])
    func malformed(document: String) {
        #expect(texts(document) == nil)
    }

    @Test("Each prefix of a document is refused, and ends the reader's work")
    func prefixes() {
        let document = Array("<r><a>é&amp;</a><!-- c --><b x='1'/><![CDATA[z]]></r>".utf8)
        for count in 0..<document.count { #expect(XMLLeaf.all(in: document[..<count]) == nil) }
        #expect(XMLLeaf.all(in: document)?.count == 2)
    }
}

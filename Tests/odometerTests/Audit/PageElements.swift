import Foundation
import FoundationXML

/// The elements of a page, as a strict parser of XML finds them.
final class PageElements: NSObject, XMLParserDelegate {
    /// The attributes of each element, by its name.
    private(set) var attributes: [String: [[String: String]]] = [:]
    /// Why it is not well-formed; `nil` where it is.
    private(set) var problem: String?

    init(_ html: String) {
        super.init()
        let parser = XMLParser(data: Data(html.utf8))
        parser.delegate = self
        if !parser.parse() {
            problem = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "no reason is known")"
        }
    }

    func count(_ element: String) -> Int { attributes[element]?.count ?? 0 }

    func parser(
        _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
        attributes attributeDict: [String: String]
    ) {
        attributes[elementName, default: []].append(attributeDict)
    }
}

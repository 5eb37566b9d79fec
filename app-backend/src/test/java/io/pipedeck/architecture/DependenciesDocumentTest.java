package io.pipedeck.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Every library and plugin has its line of why in {@code docs/dependencies.md}. */
class DependenciesDocumentTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINE =
      Pattern.compile("^\\| `(?<artifact>[^`]+)` \\| (?<why>\\S.*\\S) \\|$", Pattern.MULTILINE);

  @Test
  void theDocumentNamesWhatThePomsName() throws Exception {
    Set<String> artifacts = new TreeSet<>();
    for (String pom : List.of("pom.xml", "app-backend/pom.xml", "app-ui/pom.xml")) {
      collect(ROOT.resolve(pom), artifacts);
    }

    assertThat(documented()).containsExactlyElementsOf(artifacts);
  }

  private static Set<String> documented() throws IOException {
    Set<String> artifacts = new TreeSet<>();
    Matcher line = LINE.matcher(Files.readString(ROOT.resolve("docs/dependencies.md")));
    while (line.find()) {
      assertThat(artifacts.add(line.group("artifact"))).as(line.group()).isTrue();
    }
    return artifacts;
  }

  private static void collect(Path pom, Set<String> artifacts)
      throws IOException, ParserConfigurationException, SAXException {
    var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
    for (String kind : List.of("dependency", "plugin", "path", "artifactItem")) {
      NodeList elements = document.getElementsByTagName(kind);
      for (int i = 0; i < elements.getLength(); i++) {
        var element = (Element) elements.item(i);
        String artifact = childText(element, "artifactId");
        // Plugins of Maven's own group are named without it; an element without artifact is a plain
        // path.
        if (artifact != null) {
          String group =
              Objects.requireNonNullElse(childText(element, "groupId"), "org.apache.maven.plugins");
          artifacts.add(group + ":" + artifact);
        }
      }
    }
  }

  private static @Nullable String childText(Element element, String name) {
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (name.equals(child.getNodeName())) {
        return child.getTextContent().strip();
      }
    }
    return null;
  }
}

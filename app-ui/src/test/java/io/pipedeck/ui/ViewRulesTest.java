package io.pipedeck.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.scene.Node;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ComboBoxBase;
import javafx.scene.control.Label;
import javafx.scene.control.TextInputControl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every view, in every language. */
class ViewRulesTest {
  private static final Path RESOURCES = Path.of("src/main/resources/io/pipedeck/ui");
  private static final Pattern TEXT =
      Pattern.compile("(text|promptText|accessibleText)=\"([^%$\"][^\"]*)\"");

  @TempDir Path home;

  static List<Locale> languages() throws IOException {
    try (Stream<Path> files = Files.list(RESOURCES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("messages.*\\.properties"))
          .map(name -> name.replaceAll("messages_?|\\.properties", ""))
          .map(tag -> tag.isEmpty() ? Locale.ENGLISH : Locale.forLanguageTag(tag.replace('_', '-')))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void everyViewLoads(Locale language) {
    try (var rig = new FxRig(home, language)) {
      for (String part :
          List.of(".sidebar", ".jobs-table", ".detail", ".transfer-list", ".start-card")) {
        assertThat(rig.stage.getScene().lookup(part)).as(part).isNotNull();
      }
    }
  }

  @Test
  void controlsWithoutWordsHaveSpokenOnes() {
    try (var rig = new FxRig(home, Locale.ENGLISH)) {
      assertThat(nodes(rig))
          .filteredOn(ButtonBase.class::isInstance)
          .filteredOn(node -> blank(((ButtonBase) node).getText()))
          .filteredOn(node -> !isPartOfControl(node))
          .allSatisfy(
              node -> assertThat(node.getAccessibleText()).as(node.toString()).isNotBlank());
      assertThat(nodes(rig))
          .filteredOn(node -> node.getStyleClass().contains("button-icon"))
          .isNotEmpty()
          .allSatisfy(
              node -> assertThat(((ButtonBase) node).getTooltip()).as(node.toString()).isNotNull());
    }
  }

  @Test
  void fieldsHaveALabelOrASpokenName() {
    try (var rig = new FxRig(home, Locale.ENGLISH)) {
      FxRig.run(() -> rig.window.send().add(List.of(FxRig.file(home, "a.txt", 1))));
      rig.until("sheet", () -> rig.says("Send 1 document"));
      List<Node> nodes = nodes(rig);
      Set<Node> labelled =
          nodes.stream()
              .filter(Label.class::isInstance)
              .map(node -> ((Label) node).getLabelFor())
              .filter(java.util.Objects::nonNull)
              .collect(Collectors.toSet());

      assertThat(nodes)
          .filteredOn(node -> node instanceof TextInputControl || node instanceof ComboBoxBase<?>)
          .filteredOn(node -> !isPartOfControl(node))
          .isNotEmpty()
          .allMatch(node -> labelled.contains(node) || !blank(node.getAccessibleText()));
      assertThat(nodes)
          .filteredOn(node -> node.getStyleClass().contains("field-label"))
          .hasSize(2)
          .allMatch(node -> ((Label) node).getLabelFor() != null);
    }
  }

  @Test
  void viewsHoldNoWordsAndNoLooks() throws IOException {
    for (Path file : views()) {
      String fxml = Files.readString(file);
      assertThat(TEXT.matcher(fxml).results().map(hit -> hit.group()))
          .as(file.toString())
          .isEmpty();
      assertThat(fxml).as(file.toString()).doesNotContain(" style=");
    }
  }

  @Test
  void onlyThePaletteHoldsColourValues() throws IOException {
    for (String name : List.of("roles.css", "components.css")) {
      String css = Files.readString(RESOURCES.resolve("theme").resolve(name));
      assertThat(css).as(name).doesNotContainPattern("#[0-9a-fA-F]{3,8}\\b").doesNotContain("rgb");
    }
  }

  private static List<Path> views() throws IOException {
    try (Stream<Path> files = Files.walk(RESOURCES)) {
      return files.filter(file -> file.toString().endsWith(".fxml")).toList();
    }
  }

  private static List<Node> nodes(FxRig rig) {
    return FxRig.onFx(() -> new ArrayList<>(rig.stage.getScene().getRoot().lookupAll("*")));
  }

  /** Parts that a control of JavaFX builds for itself. */
  private static boolean isPartOfControl(Node node) {
    return node.getId() == null && !node.getStyleClass().contains("button-icon");
  }

  private static boolean blank(String text) {
    return text == null || text.isBlank();
  }
}

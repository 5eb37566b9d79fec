package io.pipedeck.ui.send;

import io.pipedeck.ui.control.FullText;
import io.pipedeck.ui.control.ViewKit;
import java.util.function.Consumer;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/** A file in the send sheet: kind, name, folder, size, and a way to leave it out. */
final class OutgoingCell extends ListCell<OutgoingFile> {
  private final transient ViewKit kit;
  private final transient FontIcon icon = new FontIcon();
  private final transient Label name = new Label();
  private final transient Label folder = new Label();
  private final transient Label size = new Label();
  private final transient HBox line;

  OutgoingCell(ViewKit kit, Consumer<OutgoingFile> remove) {
    this.kit = kit;
    var leaveOut = new Button(null, new FontIcon(Feather.X));
    leaveOut.getStyleClass().addAll("button-icon", "flat", "small");
    leaveOut.setAccessibleText(kit.texts().get("send.remove"));
    leaveOut.setTooltip(new Tooltip(kit.texts().get("send.remove")));
    leaveOut.setOnAction(_ -> remove.accept(getItem()));
    var space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    FullText.elide(name);
    FullText.elide(folder);
    folder.getStyleClass().add("file-folder");
    size.getStyleClass().add("file-size");
    size.setMinWidth(Region.USE_PREF_SIZE);
    line = new HBox(icon, name, folder, space, size, leaveOut);
    line.setAlignment(Pos.CENTER_LEFT);
    line.getStyleClass().add("file-line");
    // The list is as wide as its view: long names are cut, never scrolled to.
    setPrefWidth(0);
  }

  @Override
  protected void updateItem(@Nullable OutgoingFile file, boolean empty) {
    super.updateItem(file, empty);
    if (empty || file == null) {
      setGraphic(null);
      return;
    }
    icon.setIconCode(FileIcons.of(file.name()));
    name.setText(file.name());
    folder.setText(file.folder());
    size.setText(kit.amounts().size(file.sizeBytes()));
    setGraphic(line);
  }
}

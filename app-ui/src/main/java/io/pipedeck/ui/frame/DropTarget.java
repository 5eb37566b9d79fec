package io.pipedeck.ui.frame;

import io.pipedeck.ui.text.Texts;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.input.DragEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.Region;

/** Takes files and folders dropped anywhere on the window; shows a frame while they hover. */
final class DropTarget {
  private final Region overlay;
  private final Label words;
  private final Texts texts;
  private final Consumer<List<Path>> dropped;

  DropTarget(Region overlay, Label words, Texts texts, Consumer<List<Path>> dropped) {
    this.overlay = overlay;
    this.words = words;
    this.texts = texts;
    this.dropped = dropped;
    overlay.setVisible(false);
    overlay.setMouseTransparent(true);
  }

  void wire(Node window) {
    window.addEventFilter(DragEvent.DRAG_OVER, this::over);
    window.addEventHandler(DragEvent.DRAG_EXITED, _ -> overlay.setVisible(false));
    window.addEventFilter(DragEvent.DRAG_DROPPED, this::drop);
  }

  private void over(DragEvent event) {
    if (event.getDragboard().hasFiles()) {
      event.acceptTransferModes(TransferMode.COPY);
      words.setText(texts.format("drop.here", event.getDragboard().getFiles().size()));
      overlay.setVisible(true);
      event.consume();
    }
  }

  private void drop(DragEvent event) {
    overlay.setVisible(false);
    if (event.getDragboard().hasFiles()) {
      List<Path> paths = event.getDragboard().getFiles().stream().map(File::toPath).toList();
      // Only after the file manager has its answer: it waits, and the sheet may take a moment.
      event.setDropCompleted(true);
      event.consume();
      dropped.accept(paths);
    }
  }
}

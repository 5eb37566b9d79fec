package io.pipedeck.ui.frame;

import atlantafx.base.controls.ModalPane;
import io.pipedeck.ui.send.SendSheetController;
import io.pipedeck.ui.send.SendViewModel;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.Parent;
import org.jspecify.annotations.Nullable;

/**
 * Shows the send sheet over the window while it is open, and gives the keyboard back afterwards.
 */
final class SheetOverlay {
  private final ModalPane modal;
  private final SendViewModel model;
  private final SendSheetController controller;
  private @Nullable Node focusBefore;

  SheetOverlay(ModalPane modal, SendViewModel model, SendSheetController controller) {
    this.modal = modal;
    this.model = model;
    this.controller = controller;
  }

  void wire(Parent sheet) {
    modal.setAlignment(Pos.CENTER);
    // It would grow from nothing, and JavaFX draws what has no size and a shadow in the corner.
    modal.setInTransitionFactory(null);
    modal.setOutTransitionFactory(null);
    model
        .openProperty()
        .subscribe(
            open -> {
              if (open) {
                focusBefore = modal.getScene().getFocusOwner();
                modal.show(sheet);
                controller.focus();
              } else if (modal.isDisplay()) {
                modal.hide(true);
              }
            });
    modal
        .displayProperty()
        .subscribe(
            shown -> {
              if (!shown) {
                // Esc and a click beside it close the overlay alone.
                model.close();
                giveFocusBack();
              }
            });
  }

  private void giveFocusBack() {
    Node before = focusBefore;
    if (before != null) {
      focusBefore = null;
      before.requestFocus();
    }
  }
}

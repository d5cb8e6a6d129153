/** What the tracking page says, in English and Spanish. */

/** For each state: pill, headline, what comes next. For each status also its name in the list of steps. */
/** @type {Record<string, any>} */
export const WORDS = {
  en: {
    loading: ["Loading", "Loading your pickup…", "This takes a moment."],
    pending_confirmation: [
      "Please confirm", "Reply OK to our text to confirm", "We will not send a truck until you confirm.",
      "Request received",
    ],
    ready_for_pickup: [
      "Scheduled", "You’re on the schedule", "We will text you when the driver picks it up.", "On the schedule",
    ],
    in_transit: ["On the way", "Your junk is on its way out", "The driver picked up your load.", "Picked up"],
    dumped: ["Unloaded", "Your load was unloaded", "Last step: the driver closes out your job.", "Unloaded"],
    complete: ["Complete", "All done. Thank you!", "You can print this page as your receipt.", "Complete"],
    cancelled: ["Cancelled", "This pickup was cancelled", "Call us if that is a mistake."],
    missing: [
      "Not found", "We can’t find this pickup",
      "The link may be mistyped or has expired. Check our text, or call us.",
    ],
    expired: ["Expired", "This link has expired", "Call us if you need anything."],
    revoked: ["Closed", "This link no longer works", "Check our latest text, or call us."],
    trouble: ["Not loaded", "We can’t load your status right now", "We’ll keep trying."],
    offlineFirst: ["Offline", "You’re offline", "We will load your pickup when you are back."],
    stale: "We couldn’t refresh. Showing the status from {}.",
    offline: "You’re offline. Showing the status from {}.",
    updated: "Updated {}",
    cancelledAt: "Cancelled {}",
    eta: "Expected about {}",
    states: { done: "Done: ", current: "Now: ", next: "Next: " },
    facts: { name: "For", price: "Price", driver: "Driver", phone: "Phone" },
    labels: { call: "Call", text: "Text", print: "Print", receipt: "Receipt", steps: "Progress" },
    review: "Happy with us? Leave a review",
    photos: "Photos",
    photo: "Photo {} of your pickup",
    other: "Español",
  },
  es: {
    loading: ["Cargando", "Cargando su recogida…", "Solo un momento."],
    pending_confirmation: [
      "Por confirmar", "Responda OK a nuestro mensaje para confirmar",
      "No enviaremos el camión hasta que confirme.", "Solicitud recibida",
    ],
    ready_for_pickup: [
      "Programada", "Su recogida está programada", "Le avisaremos cuando el chofer la recoja.", "Programada",
    ],
    in_transit: ["En camino", "Su carga va en camino", "El chofer recogió su carga.", "Recogida"],
    dumped: ["Descargada", "Su carga fue descargada", "Último paso: el chofer da por terminado el servicio.", "Descargada"],
    complete: ["Terminada", "Listo. ¡Gracias!", "Puede imprimir esta página como recibo.", "Terminada"],
    cancelled: ["Cancelada", "Esta recogida fue cancelada", "Llámenos si es un error."],
    missing: [
      "No encontrada", "No encontramos esta recogida",
      "El enlace puede estar mal escrito o vencido. Revise nuestro mensaje o llámenos.",
    ],
    expired: ["Vencido", "Este enlace ya venció", "Llámenos si necesita algo."],
    revoked: ["Cerrado", "Este enlace ya no funciona", "Revise nuestro último mensaje o llámenos."],
    trouble: ["Sin datos", "No podemos cargar el estado ahora", "Seguiremos intentando."],
    offlineFirst: ["Sin conexión", "No tiene conexión", "Cargaremos su recogida cuando vuelva la conexión."],
    stale: "No pudimos actualizar. Este es el estado de: {}.",
    offline: "Sin conexión. Este es el estado de: {}.",
    updated: "Actualizado: {}",
    cancelledAt: "Cancelada: {}",
    eta: "Hora aproximada: {}",
    states: { done: "Hecho: ", current: "Ahora: ", next: "Después: " },
    facts: { name: "Para", price: "Precio", driver: "Chofer", phone: "Teléfono" },
    labels: { call: "Llamar", text: "Mensaje", print: "Imprimir", receipt: "Recibo", steps: "Avance" },
    review: "¿Todo bien? Deje una reseña",
    photos: "Fotos",
    photo: "Foto {} de su recogida",
    other: "English",
  },
};

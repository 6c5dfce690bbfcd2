# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The five desks' own words (statements.md), and the pages that customers read them on.

`tests/test_desks.py` finds them, `./dev/desks` shows them beside pictures. Pages are
those of ``PAGES``; ``ticket`` stands for the tickets of the customer together,
``folder`` for the folders of the help center.
"""

PAGES = {
    "sign_in": "/web/login",
    "home": "/my",
    "list": "/my/tickets",
    "form": "/new/ticket",
    "ticket": "/my/ticket/…",
    "profile": "/my/profile",
    "security": "/my/security",
    "visitor": "/support/ticket",
    "help": "/support",
    "folder": "/support/…",
}
#: pages that stand for those they list: where to find these, and their addresses
LISTED = {
    "ticket": ("/my/tickets", "/my/ticket/"),
    "folder": ("/support", "/support/"),
}
#: pages of who is not signed in
SIGNED_OUT = ("sign_in", "visitor")

#: one thing has one label for all desks: where a desk's word is not it, what is
SETTLED = {
    "Agregar ticket": "Crear nuevo ticket",
    "Título": "Asunto",
    "Respuesta": "Responder",
    "DNI / ID fiscal": "NIT",
    "Archivos adjuntos": "Adjuntar archivos",
    "Artículos de autoayuda": "Autoayuda",
    "Artículos normativos": "Artículo normativo",
    "Instructivos": "Instructivo",
}

#: words of Odoo's own dialogs, which no address shows
IN_DIALOGS = {"Activar": "test_two_factor.py"}

DESKS = {
    "hotel_channel": {
        "reference": "S0",
        "login": "pilar@bahiaazul.example",
        "password": "pilar-demo",
        "words": {
            "home": ["Tickets", "Agregar ticket"],
            "list": [
                "Abierto",
                "En proceso",
                "En espera HOTEL",
                "En espera PROVEEDOR",
                "En espera PORTAL",
                "En desarrollo Proveedor",
                "En desarrollo PMS",
                "Resuelto/Cerrado",
            ],
            "form": ["Hotel", "Categoría", "Asunto", "Descripción", "Enviar"],
            "ticket": ["Respuesta"],
            "sign_in": ["Restablecer"],
            "help": [
                "Base de conocimiento",
                "Channel",
                "Motor",
                "Artículos recientes",
                "Artículos populares",
            ],
        },
    },
    "mail_first": {
        "reference": "S1",
        "login": "rosa@hostalesdelcamino.example",
        "password": "rosa-demo",
        "words": {
            "home": ["Mis actividades"],
            "list": ["Abierto", "Esperando respuesta", "En espera", "Resuelta"],
            "ticket": ["Asignado a"],
            "sign_in": ["Obtener contraseña"],
            "help": ["Comunidad", "Novedades", "Procedimientos"],
        },
    },
    "customer_service": {
        "reference": "S2",
        "login": "camila@comercialandina.example",
        "password": "camila-demo",
        "words": {
            "form": [
                "Solicitante",
                "Personas en copia",
                "Asunto",
                "Tipo de ticket",
                "Prioridad",
                "Descripción",
                "DNI / ID fiscal",
                "Nombre de la compañía",
                "Teléfono de contacto",
                "Archivos adjuntos",
            ],
            "ticket": ["Origen", "Marca", "Producto", "País"],
            "list": ["Resuelto", "Cerrado"],
            "profile": ["Cargo", "Idioma", "Zona horaria", "Foto de perfil"],
            "folder": [
                "Artículos de autoayuda",
                "Artículos normativos",
                "Instructivos",
            ],
        },
    },
    "hotel_it": {
        "reference": "S3",
        "login": "hector@costapacifico.example",
        "password": "hector-demo",
        "words": {
            "home": [
                "Panel de tickets",
                "Crear nuevo ticket",
                "Detalles",
                "Seguridad de la cuenta",
                "Editar los ajustes de seguridad",
            ],
            "form": [
                "Asunto",
                "Localización",
                "Categoría",
                "Pregunta",
                "Requerimiento",
                "Incidente",
                "Descripción",
                "Área en la que trabaja",
                "Extensión",
                "Enviar",
            ],
            "list": [
                "Ref.",
                "Ordenar por",
                "Más reciente",
                "Filtrar por",
                "Todos",
                "Agrupar por",
                "Etapa",
                "Tickets en etapa: Nuevo",
            ],
            "ticket": [
                "Estado",
                "Tipo",
                "Reportado en",
                "Reportado por",
                "Historial de mensajes y comunicación",
                "No hay comentarios por ahora",
                "Escribir un mensaje",
                "Detalle de requerimiento",
            ],
            "security": [
                "Autenticación en dos pasos",
                "Habilitar la autenticación en dos pasos",
            ],
        },
    },
    "software_vendor": {
        "reference": "S4",
        "login": "valeria@estudionube.example",
        "password": "valeria-demo",
        "words": {
            "form": [
                "Pregunta sobre la plataforma",
                "Problema de facturación",
                "Problema técnico",
                "Solicitud de cotización",
                "Solicitud de demo",
                "Solicitud de funcionalidades",
                "Título",
                "Descripción",
                "Adjuntar archivos",
                "Urgente",
                "Alta",
                "Media",
                "Baja",
            ],
            "visitor": [
                "Crear un ticket",
                "Pregunta sobre la plataforma",
                "Problema de facturación",
                "Problema técnico",
                "Solicitud de cotización",
                "Solicitud de demo",
                "Solicitud de funcionalidades",
            ],
        },
    },
}
